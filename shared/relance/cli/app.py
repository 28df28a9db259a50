"""The command line as a whole: finds the command, its language, and says what went wrong."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from difflib import get_close_matches
from importlib import import_module
from typing import Any, NoReturn

import typer
from typer.main import get_group

from relance import bootstrap
from relance.cli import helping
from relance.cli.base import UsageError, said, words_for
from relance.cli.screen import note
from relance.domain.words import Words
from relance.ports.errors import RelanceError

# Section of the help -> command -> the module that has it: only that module is loaded.
COMMANDS: Mapping[str, Mapping[str, str]] = {
    "start": {"demo": "demo", "new": "register", "import": "importing", "settings": "register"},
    "look": {"plan": "chasing", "preview": "preview", "explain": "asking", "aged": "asking", "simulate": "asking"},
    "send": {"announce": "chasing", "chase": "chasing"},
    "care": {"doctor": "care", "confirm": "care", "ledger": "care"},
}
MODULES = {name: module for section in COMMANDS.values() for name, module in section.items()}
HELP = ("--help", "-h")
INTERRUPTED, PIPE_CLOSED = 130, 141  # as a shell reports SIGINT and SIGPIPE


def main(argv: Sequence[str] | None = None) -> NoReturn:
    """Run a command: exit code 0 done, 1 refused, 2 wrong usage. An error is one sentence on standard error."""
    bootstrap.expect_many_objects()
    _readable_output()
    sys.exit(_main(list(sys.argv[1:] if argv is None else argv)))


def _main(arguments: list[str]) -> int:
    words = words_for(helping.asked_language(arguments, bootstrap.languages()))
    try:
        code = _run(arguments, words)
        sys.stdout.flush()
        return code
    except RelanceError as error:
        note(f"relance: {said(error, words)}")
        return 2 if isinstance(error, UsageError) else 1
    except KeyboardInterrupt:
        note(f"\nrelance: {words.say_text('usage.interrupted')}")
        return INTERRUPTED
    except BrokenPipeError:
        with suppress(OSError, ValueError):  # nothing may be written to it when Python ends
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED


def _readable_output() -> None:
    """Accents and signs never stop a command: what the terminal cannot show is replaced."""
    for stream in (sys.stdout, sys.stderr):
        plain = (stream.encoding or "").lower() in ("ascii", "us-ascii", "ansi_x3.4-1968")
        with suppress(AttributeError):  # a stream of a test
            stream.reconfigure(errors="replace", **({"encoding": "utf-8"} if plain else {}))  # type: ignore[union-attr]


def _run(arguments: list[str], words: Words) -> int:
    """The exit code of the command that the arguments name."""
    rest, lang = _before_the_command(arguments)
    if not rest or rest[0] in HELP:
        print(helping.front_page(COMMANDS, words), end="")
        return 0
    if rest[0] == "--version":
        from importlib.metadata import version

        print(words.say_text("usage.version", version=version("relance")))
        return 0
    if rest[0].startswith("-"):
        raise UsageError("usage.no_option", text=rest[0], see="relance --help")
    name = rest.pop(0)
    if name not in MODULES:
        raise _unknown(name, list(MODULES), "relance --help")
    command = _command(name)
    if children := getattr(command, "commands", None):
        while rest and rest[0] == "--lang":
            lang, rest = rest[1:2], rest[2:]
        if not rest or rest[0] in HELP:
            print(helping.group_page(name, list(children), words), end="")
            return 0
        if rest[0] not in children:
            raise _unknown(rest[0], list(children), f"relance {name} --help")
        command, name = children[rest[0]], f"{name} {rest.pop(0)}"
    if any(a in HELP for a in rest[: rest.index("--") if "--" in rest else None]):
        print(helping.command_page(name, command, words), end="")
        return 0
    return _invoked(name, command, [*(("--lang", *lang) if lang else ()), *rest], words)


def _before_the_command(arguments: list[str]) -> tuple[list[str], list[str]]:
    """The arguments from the command on, and the language said before it."""
    rest, lang = list(arguments), []
    while rest and rest[0].partition("=")[0] == "--lang":
        first = rest.pop(0)
        lang = [first.partition("=")[2]] if "=" in first else [rest.pop(0)] if rest else []
    if lang:
        words_for(lang[0])  # refuses an unknown one
    return rest, lang


def _command(name: str) -> Any:
    family = typer.Typer(add_completion=False)
    import_module(f"relance.cli.{MODULES[name]}").add_to(family)
    return get_group(family).commands[name]


def _unknown(name: str, known: list[str], see: str) -> UsageError:
    close = get_close_matches(name, known, n=2)
    if close:
        return UsageError("usage.no_command_but", text=name, names=tuple(f"`{c}`" for c in close), see=see)
    return UsageError("usage.no_command", text=name, see=see)


def _invoked(name: str, command: Any, arguments: list[str], words: Words) -> int:
    """Run a command with its arguments, its wrong usage said in the reader's language."""
    command.allow_extra_args = True
    try:
        with command.make_context(f"relance {name}", arguments) as context:
            if context.args:
                raise UsageError("usage.extra", text=context.args[0], see=f"relance {name} --help")
            command.invoke(context)
    except typer.Exit as end:
        return end.exit_code
    except typer.TyperException as error:
        raise helping.wrong_usage(error, name, command, words) from error
    return 0
