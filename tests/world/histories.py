"""Random histories: some weeks of a register, drawn from a seed."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from relance.domain.sheet import CellValue
from tests.world.book import FR
from tests.world.days import World
from tests.world.people import enter_payments, repair
from tests.world.places import Place

Rows = list[dict[str, CellValue]]


def live(place: Place, seed: int, crowding: float = 0.0) -> World:
    """Let a world live for some days; AssertionError names what did not hold, with the log of all that happened."""
    world = World(place, seed)
    world.crowding = crowding
    try:
        _live(world)
    except BaseException as fault:
        log = "\n".join(world.log)
        raise AssertionError(f"{fault}\n{log}\nRELANCE_SEED={seed} pytest tests/world/test_histories.py") from fault
    return world


def _live(world: World) -> None:
    random = world.random
    world.begin(*_register(world, random))
    world.acting = random.choice((0.0, 0.02, 0.06, 0.15))
    world.knowing = random.choice((0.0, 0.5, 1.0))
    world.faulty = random.choice((0.0, 0.15, 0.5))
    crashing = random.choice((0.0, 0.15, 0.4))
    first, last = world.today, random.randrange(5, 11)
    for n in range(last):
        if n < last - 1 and random.random() < 0.12:
            continue  # the machine is off that day
        world.morning(first + timedelta(days=n))
        world.quiet = False
        _day(world, random, crashing)
        if n % 4 == 3 or n == last - 1:
            world.settle()


def _day(world: World, random: Random, crashing: float) -> None:
    world.act(repair)
    if random.random() < 0.85:
        world.act(enter_payments)
    announced = False
    for n in range(random.choice((1, 2, 2, 3))):
        for _ in range(random.choice((0, 0, 1, 1, 2, 4))):
            world.act(by_library=random.random() < 0.1)
        world.clock.start(world.today, 7 + 3 * n)
        stop = (random.randrange(1, 45), random.choice(("before", "after"))) if random.random() < crashing else None
        kind = "announce" if n == 0 and random.random() < 0.6 else "chase"
        result = world.run(kind, stop, announced=announced and random.random() < 0.5)  # type: ignore[arg-type]
        announced |= kind == "announce"
        if result is not None and result.refused is not None and result.refused.code == "refusal.mass_change":
            world.confirm()


def _register(world: World, random: Random) -> tuple[Rows, Rows]:
    customers: Rows = [
        {"code": f"C{n}", "kind": FR.values["kind"]["business"], "scenario": "standard",
         "copy_to": random.choice((None, None, f"copie@c{n}.example"))}
        for n in range(random.randrange(2, 8))
    ]  # fmt: skip
    invoices: Rows = []
    for n in range(random.randrange(5, 18)):
        late = random.randrange(-12, 60)
        row: dict[str, CellValue] = {
            "invoice_no": f"F{n}", "customer": random.choice(customers)["code"],
            "due_date": world.today - timedelta(days=late), "amount": random.randrange(3000, 200000) / 100,
        }  # fmt: skip
        if late > 20 and random.random() < 0.5:
            step, after = random.choice((("R2", 12), ("R3", 27)))
            row |= {"last_step_done": step, "step_done_on": world.today - timedelta(days=max(late - after, 9))}
        invoices.append(row)
    return customers, invoices
