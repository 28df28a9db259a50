"""Where templates run. A text typed in the sheet can show values, choose and list, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import jinja2
from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

MAX_OUTPUT = 200_000  # characters of a message

# Without calls, assignments, arithmetic and loops inside loops, work grows no faster than text times rows.
ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.List, nodes.Tuple, nodes.Getattr,
    nodes.Getitem, nodes.If, nodes.CondExpr, nodes.For, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not,
    nodes.Filter, nodes.Test, nodes.Keyword, nodes.Concat,
)  # fmt: skip
FILTERS = (
    "capitalize", "default", "first", "last", "length", "lower", "map", "rejectattr", "select", "selectattr", "title",
    "trim", "upper",
)  # fmt: skip
LOOPING = ("join", "map", "rejectattr", "select", "selectattr")
FAULTS = (
    jinja2.TemplateError, ArithmeticError, AttributeError, LookupError, MemoryError, RecursionError, SyntaxError,
    TypeError, ValueError,
)  # fmt: skip


def environment(loader: jinja2.BaseLoader | None) -> ImmutableSandboxedEnvironment:
    """Where built-in templates run: a missing value is an error, and values stay plain text."""
    return ImmutableSandboxedEnvironment(
        loader=loader, undefined=jinja2.StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True,
        auto_reload=False, cache_size=-1, finalize=_shown,
    )  # fmt: skip


def layout(loader: jinja2.BaseLoader, **filters: Callable[[str], str]) -> jinja2.Environment:
    """Where pages are made: whatever a template shows is escaped."""
    env = jinja2.Environment(
        loader=loader, undefined=jinja2.StrictUndefined, autoescape=True, trim_blocks=True, lstrip_blocks=True,
        auto_reload=False, cache_size=-1,
    )  # fmt: skip
    env.filters |= filters
    return env


def sandbox() -> ImmutableSandboxedEnvironment:
    """Where people's own texts run."""
    narrow = environment(None)
    narrow.filters = {name: narrow.filters[name] for name in FILTERS} | {"join": _join}
    narrow.globals.clear()
    return narrow


def typed(env: ImmutableSandboxedEnvironment, source: str) -> jinja2.Template:
    """A typed text, compiled. Raises one of FAULTS when it holds more than it may."""
    tree = env.parse(source)
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, ALLOWED):
            raise jinja2.TemplateSyntaxError(f"{type(node).__name__} is not allowed", node.lineno)
        if isinstance(node, nodes.For) and _loops_again(node):
            raise jinja2.TemplateSyntaxError("a loop inside a loop is not allowed", node.lineno)
    return env.from_string(tree)


def _loops_again(loop: nodes.For) -> bool:
    inside = [node for part in loop.body for node in (part, *part.find_all((nodes.For, nodes.Filter)))]
    return loop.recursive or any(
        isinstance(node, nodes.For) or (isinstance(node, nodes.Filter) and node.name in LOOPING) for node in inside
    )


def capped(chunks: Iterable[str]) -> str:
    """The chunks together. Raises SecurityError beyond MAX_OUTPUT."""
    out, size = [], 0
    for chunk in chunks:
        size += len(chunk)
        if size > MAX_OUTPUT:
            raise SecurityError("the message is too long")
        out.append(chunk)
    return "".join(out)


def problem(fault: BaseException) -> str:
    """What is wrong with a template, in a few words."""
    line = f"line {fault.lineno}: " if isinstance(fault, jinja2.TemplateSyntaxError) else ""
    return f"{line}{str(fault) or type(fault).__name__}"[:160]


def _shown(value: object) -> object:
    """Only texts and counts are shown, never the inside of a program."""
    if isinstance(value, (str, int, jinja2.Undefined)):
        return value
    raise SecurityError("only a text can be shown")


def _join(rows: Iterable[object], between: str = "") -> str:
    """Texts put together; refused beyond MAX_OUTPUT before they are."""
    texts = [str(_shown(row)) for row in rows]
    if sum(map(len, texts)) + len(between) * len(texts) > MAX_OUTPUT:
        raise SecurityError("the message is too long")
    return between.join(texts)
