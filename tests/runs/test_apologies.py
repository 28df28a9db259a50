"""A payment that was entered too late: the line that asks for an apology holds the words to send."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.runs.desks import MONDAY, Firm
from tests.world.book import look_at

TUESDAY = date(2026, 10, 6)


def test_the_apology_is_ready_to_send_on_its_line(tmp_path: Path) -> None:
    one = Firm(tmp_path, payments_entered_up_to=MONDAY)
    one.chase(MONDAY)
    one.put("invoices", ("invoice_no", "A1"), paid=1200.0, paid_on=date(2026, 10, 2))
    one.chase(TUESDAY)
    todo = look_at(one.path)["todo"]
    line = next(n for n in todo.used() if str(todo.get(n, "action")).startswith("Présenter"))
    words = str(todo.get(line, "briefing"))
    assert "A1" in words
    assert "excuser" in words
    assert "Total à régler" not in words
    assert one.chase(TUESDAY).cells <= 2  # nothing but the run's own stamp
