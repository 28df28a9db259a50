"""The fault matrix: what may go wrong in a run over AWS, what must happen then, and where that is tested.

A row's id is its place in the table of faults; the points of a run are S0 the schedule's message, S1 the lease, S2 the
sheet is read, S3 the ledger is read, S4 what was seen is kept, S5 to S7 a message is claimed (one transaction, so that
nothing stands between reserving and sending), S6 the sheet is read again, S8 SES, S9 its answer is recorded, S10 the sheet
is written, S11 that it was, S12 the run's record, S13 the lease is given back.

F01  crash before sending, or after all was sent             the next run decides alike; the lease ends by time
F02  crash before a claim; a refusal for now                 looked at again: left out when paid meanwhile
F03  crash once claimed, before SES has it                   uncertain until a person says so; nothing sent
F04  crash once SES has it                                   the Send event tells; sent once
F05  crash before the sheet is written                       the next run writes it; sent once
F06  no answer from SES                                      alike whether SES has it or not; at most once
F07  throttled                                               slower; each once; the rest by the next run
F08  quota used up, paused, suspended                        the run ends in order, marks nothing, says so
F09  5xx from SES or what stands before it                   as F06
F10  429, 5xx, no answer from Google                         again, a little later; no reading: nothing leaves
F11  DynamoDB crowded, cancelling, silent                    read back; nothing leaves unless its claim stands
F12  two runs at once                                        one gives way; each message once
F13  the lease was lost                                      nothing of what the next run took is claimed
F14  rows sorted, inserted, deleted, filtered meanwhile      no cell on another's row
F15  a column renamed or moved                               refused, with the column's name; found
F16  paid, disputed, on hold, promised, changed meanwhile    not sent when it was before the second reading
F17  wrong rows                                              wait, with their problem; the others leave
F18  events twice, in any order, late, early, lost           facts add up to the same
F19  replies                                                 not handled: replies reach the sender's own mailbox
F20  scanners and links                                      none: messages hold no link of ours
F21  wrong clocks, midnight, 29 March, 25 October, 29 Feb.   each step on its day in Paris, once
F22  five missed days                                        one message per file and day, no more than the cap
F23  a poisoned row, many rows, 15 minutes                   the others leave; the next part goes on
F24  a template that fails                                   held before it is claimed, with the reason
F25  rows of later code; a restored, a lost table            refused; after `ledger rebuild` nothing twice
F26  an operator who clicks twice                            once more, not twice
"""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
ROWS = [f"F{n:02}" for n in range(1, 27)]
NOT_HERE = {"F19", "F20"}  # no part of Relance receives mail or answers the web
ELSEWHERE: dict[str, dict[str, tuple[str, ...]]] = {
    "F01": {"world/test_cloud_crashes.py": ("test_a_machine_that_stops_at_any_request_",)},
    "F02": {"world/test_cloud_crashes.py": ("test_a_machine_that_stops_at_any_request_",)},
    "F03": {"runs/test_chase_on_aws.py": ("test_a_run_stopped_at_any_request_", "test_a_send_without_an_answer_")},
    "F04": {"runs/test_chase_on_aws.py": ("test_a_send_without_an_answer_",)},
    "F05": {"world/test_cloud_crashes.py": ("test_a_machine_that_stops_at_any_request_",)},
    "F06": {"adapters/ses/test_mailer.py": ("test_whatever_ends_without_an_answer_", "test_the_client_makes_one_attempt_")},
    "F07": {"adapters/ses/test_pace.py": ("test_a_throttled_message_", "test_four_runs_at_once_")},
    "F08": {"adapters/ses/test_mailer.py": ("test_a_fault_of_set_up_", "test_the_quota_left_")},
    "F09": {"adapters/ses/test_mailer.py": ("test_whatever_ends_without_an_answer_",)},
    "F10": {"world/test_sheet_histories.py": ("test_what_must_hold_",)},
    "F11": {"adapters/test_dynamo_ledger_faults.py": (
        "test_a_request_or_answer_that_is_lost_once_", "test_a_line_that_stays_dead_", "test_what_others_are_in_the_way_of_",
        "test_a_claim_whose_answer_is_lost_",
    )},
    "F12": {
        "runs/test_start.py": ("test_the_same_schedule_twice_",),
        "runs/test_scheduled.py": ("test_a_pass_that_was_run_is_dropped_",),
        "adapters/test_dynamo_ledger_faults.py": ("test_two_runs_that_claim_one_message_at_once_",),
    },
    "F13": {"adapters/test_dynamo_ledger_faults.py": ("test_a_run_that_lost_its_lease_",)},
    "F16": {"runs/test_chase.py": ("test_an_invoice_changed_after_the_decision_", "test_a_payment_typed_while_")},
    "F17": {"domain/test_parse_invoices.py": ("test_",)},
    "F18": {
        "runs/test_mail_events.py": ("test_any_order_and_any_repetition_", "test_an_event_about_a_message_that_the_ledger_"),
        "adapters/ses/test_events.py": ("test_events_late_twice_",), "domain/test_complaints.py": ("test_",),
    },
    "F21": {"runs/test_scheduled.py": ("test_a_pass_of_another_day_", "test_the_days_of_a_register_")},
    "F22": {"runs/test_watchdog.py": ("test_a_pass_that_did_not_take_place_",)},
    "F23": {"runs/test_scheduled.py": ("test_when_time_runs_short_", "test_a_fault_is_recorded_")},
    "F24": {"runs/test_chase.py": ("test_a_template_that_fails_",)},
    "F25": {"adapters/test_dynamo_ledger_items.py": (
        "test_items_of_a_later_version_", "test_attributes_that_this_version_does_not_know_", "test_a_restored_table_",
    )},
}  # fmt: skip


def names_in(path: Path) -> list[str]:
    """The tests of a file."""
    return re.findall(r"^def (test_\w+)\(", path.read_text("utf-8"), re.MULTILINE)


def test_every_row_of_the_matrix_is_told_and_tested() -> None:
    assert __doc__ is not None
    assert re.findall(r"^(F\d\d)  ", __doc__, re.MULTILINE) == ROWS
    here = {name[5:8] for path in TESTS.glob("world/test_fault_matrix_*.py") for name in names_in(path) if name[5] == "F"}
    assert sorted(here | NOT_HERE) == ROWS
    assert here.isdisjoint(NOT_HERE)


def test_what_is_tested_elsewhere_is_there() -> None:
    for row, files in ELSEWHERE.items():
        assert row in ROWS
        for file, starts in files.items():
            names = names_in(TESTS / file)
            assert [s for s in starts if not any(name.startswith(s) for name in names)] == [], f"{row} {file}"
