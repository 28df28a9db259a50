"""Invoices that climb by themselves are approved by themselves (DESIGN 4, rule 9)."""

from __future__ import annotations

from tests.domain.world import World


def test_an_approval_stays_while_another_invoice_of_the_customer_comes_to_the_same_step() -> None:
    world = World(grouping="invoice")
    world.invoice("A", 900, "15/09")
    world.invoice("B", 700, "15/09")
    world.promise("B", "03/11", "02/11")  # broken: its own formal notice waits for the gap
    world.run("13/11")
    assert [[said.invoice[1] for said in task.said] for task in world.tasks("approve")] == [["A"]]
