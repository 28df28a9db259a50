"""Help and wrong usage, in the reader's language. Every text is in words.toml; nothing here loads a command."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from itertools import pairwise
from os import environ
from typing import Any

from relance.cli.base import UsageError
from relance.domain.words import Words

Rows = Sequence[tuple[str, str]]
WIDTHS = (60, 100)  # columns: the least and the most that help takes


def asked_language(arguments: Sequence[str], known: Iterable[str]) -> str | None:
    """The language of `--lang`, wherever it stands; None when none or an unknown one is asked for."""
    said = [b for a, b in pairwise(arguments) if a == "--lang"]
    said += [a.partition("=")[2] for a in arguments if a.startswith("--lang=")]
    return next((lang for lang in reversed(said) if lang in known), None)


def front_page(sections: Mapping[str, Iterable[str]], words: Words) -> str:
    """What `relance --help` shows."""
    t = words.texts
    page = [_usage("relance", [t["usage.command"], "…"], words), "", *_prose(t["usage.intro"])]
    widest = max(len(name) for names in sections.values() for name in names)
    for section, names in sections.items():
        rows = [(name, _summary(t[f"command.{name}"])) for name in names]
        page += ["", _bold(t[f"usage.section_{section}"]), *_rows(rows, widest)]
    options = [("--lang fr|en", t["option.lang"]), ("--version", t["option.version"]), ("--help", t["option.help"])]
    page += ["", _bold(t["usage.options"]), *_rows(options), *_examples("relance", words), "", *_prose(t["usage.more"])]
    return "\n".join(page) + "\n"


def group_page(name: str, children: Iterable[str], words: Words) -> str:
    """What `relance ledger --help` shows."""
    t = words.texts
    rows = [(child, _summary(t[f"command.{name}_{child}"])) for child in children]
    page = [_usage(f"relance {name}", [t["usage.command"], "…"], words), "", *_prose(t[f"command.{name}"])]
    page += ["", _bold(t["usage.commands"]), *_rows(rows), *_examples(name, words)]
    return "\n".join(page) + "\n"


def command_page(name: str, command: Any, words: Words) -> str:
    """What `relance COMMAND --help` shows."""
    t = words.texts
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option"]
    pieces = [_shape(p, words) if p.required else f"[{_shape(p, words)}]" for p in arguments]
    pieces += [f"{o.opts[0]} {_metavar(o, words)}" for o in options if o.required]
    page = [
        _usage(f"relance {name}", [*pieces, f"[{t['usage.options'].lower()}]"], words),
        "",
        *_prose(t[f"command.{_id(name)}"]),
    ]
    if arguments:
        page += ["", _bold(t["usage.arguments"]), *_rows([(_metavar(a, words), _purpose(name, a, words)) for a in arguments])]
    rows = [(_option(o, words), _purpose(name, o, words)) for o in options] + [("--help", t["option.help"])]
    page += ["", _bold(t["usage.options"]), *_rows(rows), *_examples(name, words)]
    return "\n".join(page) + "\n"


def wrong_usage(error: Exception, name: str, command: Any, words: Words) -> UsageError:
    """What a fault that the parser of arguments found means to a person."""
    see = f"relance {name} --help"
    given = getattr(error, "option_name", None)
    if given is not None:
        option = next((p for p in command.params if given in p.opts), None)
        if option is None:
            known = [o for p in command.params for o in p.opts if o.startswith("--")]
            close = get_close_matches(given, known, n=1)
            if close:
                return UsageError("usage.no_option_but", text=given, name=f"`{close[0]}`", see=see)
            return UsageError("usage.no_option", text=given, see=see)
        return UsageError("usage.takes_no_value" if option.is_flag else "usage.needs_value", name=given, see=see)
    parameter = getattr(error, "param", None)
    if parameter is None:
        return UsageError("usage.other", problem=str(error), see=see)
    shown = parameter.opts[0] if parameter.param_type_name == "option" else _metavar(parameter, words)
    code = "usage.missing" if type(error).__name__ == "MissingParameter" else "usage.bad_value"
    return UsageError(code, name=shown, purpose=_purpose(name, parameter, words, default=False), see=see)


def _id(name: str) -> str:
    return name.replace(" ", "_").replace("-", "_")


def _purpose(name: str, parameter: Any, words: Words, default: bool = True) -> str:
    """What a parameter is for: its own text for this command, else the one all commands share."""
    t = words.texts
    text = t.get(f"option.{_id(name)}_{parameter.name}") or t[f"option.{parameter.name}"]
    value = parameter.default
    if default and value not in (None, False, "") and not callable(value):
        text = f"{text} {words.say_text('usage.default', value=str(value))}"
    return text


def _metavar(parameter: Any, words: Words) -> str:
    """What stands for the value of a parameter; nothing for a flag."""
    if getattr(parameter, "is_flag", False):
        return ""
    return words.texts.get(f"metavar.{parameter.name}") or parameter.metavar or parameter.name.upper()


def _shape(argument: Any, words: Words) -> str:
    return _metavar(argument, words) + ("…" if argument.nargs == -1 else "")


def _option(option: Any, words: Words) -> str:
    names = ", ".join(sorted(option.opts, key=len))
    return f"{names} {_metavar(option, words)}".rstrip()


def _examples(name: str, words: Words) -> list[str]:
    lines = words.texts[f"example.{_id(name)}"].split("\n")
    title = words.texts["usage.example" if len(lines) == 1 else "usage.examples"]
    return ["", _bold(title), *(f"  {line}" for line in lines)]


def _usage(command: str, pieces: Sequence[str], words: Words) -> str:
    label = words.say_text("usage.usage")
    return "\n".join(textwrap.wrap(f"{label} {command} {' '.join(pieces)}", _width(), subsequent_indent=" " * (len(label) + 1)))


def _summary(text: str) -> str:
    """The first sentence of a command's help."""
    return text.split("\n")[0].partition(". ")[0].rstrip(".") + "."


def _prose(text: str) -> Iterator[str]:
    for paragraph in text.split("\n"):
        yield from textwrap.wrap(paragraph, _width()) or [""]


def _rows(rows: Rows, widest: int = 0) -> Iterator[str]:
    """Names, and what they are for, in two columns."""
    column = max(widest, *(len(name) for name, _ in rows)) + 4
    for name, text in rows:
        yield from textwrap.wrap(
            text, _width(), initial_indent=f"  {name}".ljust(column), subsequent_indent=" " * column,
            break_long_words=False, break_on_hyphens=False,
        )  # fmt: skip


def _width() -> int:
    return min(max(shutil.get_terminal_size((WIDTHS[1], 24)).columns, WIDTHS[0]), WIDTHS[1])


def _bold(text: str) -> str:
    colours = sys.stdout.isatty() and "NO_COLOR" not in environ and environ.get("TERM") != "dumb"
    return f"\x1b[1m{text}\x1b[0m" if colours else text
