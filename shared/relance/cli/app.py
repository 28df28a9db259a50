"""The command line as a whole."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import pairwise

import typer
from typer.main import get_command

from relance import bootstrap
from relance.cli import asking, care, chasing, demo, importing, preview, register
from relance.cli.base import UsageError, note, said, words_for
from relance.ports import RelanceError

app = typer.Typer(
    help="Follow up unpaid invoices from a shared spreadsheet.",
    epilog="Example:\n\n    relance new registre.xlsx --sample && relance plan registre.xlsx",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for family in (register, importing, chasing, preview, asking, care, demo):
    family.add_to(app)


def main(argv: Sequence[str] | None = None) -> None:
    """Run a command: exit code 0 done, 1 refused, 2 wrong usage. An error is one sentence on standard error."""
    bootstrap.expect_many_objects()
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        get_command(app)(arguments)
    except RelanceError as error:
        lang = next((b for a, b in pairwise(arguments) if a == "--lang"), None)
        note(f"relance: {said(error, words_for(lang if lang in ('fr', 'en') else None))}")
        sys.exit(2 if isinstance(error, UsageError) else 1)
