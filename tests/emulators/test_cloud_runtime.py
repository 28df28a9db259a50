"""A function under AWS's runtime emulator: what it is given, and what is seen of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.emulators.cloud import Cloud, where
from tests.emulators.cloud.runtime import Function
from tests.infra.deployed import resource

pytestmark = pytest.mark.xdist_group("cloud")
TOY = Path(__file__).parent / "cloud" / "toy"


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with Cloud(tmp_path_factory.mktemp("cloud")) as made, made.changed("chase", code=TOY):
        yield made


@pytest.fixture
def toy(cloud: Cloud) -> Function:
    return cloud.function("chase")


def test_a_function_gets_the_variables_the_memory_and_the_limit_of_the_template(cloud: Cloud, toy: Function) -> None:
    seen = toy.invoke({"do": "look"}).result
    given = {k: v for k, v in seen["environment"].items() if k.startswith(("RELANCE_", "POWERTOOLS_"))}
    written = resource("ChaseFunction", known=cloud.known)
    assert set(given) - {"RELANCE_GOOGLE_ENDPOINT", "RELANCE_TEST_CLOCK"} == set(written["Environment"]["Variables"]) - {
        "RELANCE_GOOGLE_FEDERATION"  # the other way into Google
    }
    assert given["RELANCE_TABLE"] == cloud.table
    assert given["RELANCE_QUEUE"] == cloud.queues["Runs"]
    assert seen["memory"] == written["MemorySize"] == toy.memory
    assert written["Timeout"] - 60 < seen["left"] <= written["Timeout"]


def test_a_function_lives_on_between_invocations(toy: Function) -> None:
    assert toy.invoke({"do": "look"}).result["pid"] == toy.invoke({"do": "look"}).result["pid"]


def test_its_clock_is_shifted_and_the_time_it_has_left_and_the_clock_of_signatures_are_not(cloud: Cloud, toy: Function) -> None:
    cloud.at(datetime(2031, 3, 3, 7, tzinfo=UTC))
    seen = toy.invoke({"do": "clock"}).result
    assert datetime.fromtimestamp(seen["time"], UTC).date() == datetime(2031, 3, 3, tzinfo=UTC).date()
    assert abs(seen["datetime"] - time.time()) < 60
    assert 0 < toy.invoke({"do": "look"}).result["left"] <= toy.timeout


def test_log_lines_and_metrics_belong_to_their_invocation(toy: Function) -> None:
    first, second = toy.invoke({"do": "count", "count": 3}), toy.invoke({"do": "count", "count": 4})
    assert [first.metrics, second.metrics] == [{"Counted": 3}, {"Counted": 4}]
    assert [line["count"] for line in first.logs] == [3]
    assert [line["count"] for line in second.logs] == [4]


def test_an_exception_is_the_error_of_the_answer_and_the_function_lives_on(toy: Function) -> None:
    before = toy.invoke({"do": "look"}).result["pid"]
    failed = toy.invoke({"do": "raise"})
    assert (failed.error, failed.result) == ("LookupError", None)
    assert toy.invoke({"do": "look"}).result["pid"] == before


def test_a_process_that_ends_is_an_error_and_the_next_invocation_gets_a_new_one(toy: Function) -> None:
    before = toy.invoke({"do": "look"}).result["pid"]
    assert toy.invoke({"do": "exit"}).error
    after = toy.invoke({"do": "look"})
    assert not after.error
    assert after.result["pid"] != before


def test_a_process_killed_at_work_is_an_error_and_the_next_invocation_gets_a_new_one(toy: Function) -> None:
    before = toy.invoke({"do": "look"}).result["pid"]
    threading.Timer(0.3, toy.kill).start()
    killed = toy.invoke({"do": "sleep", "seconds": 30})
    assert killed.error
    assert toy.invoke({"do": "look"}).result["pid"] != before


def test_a_function_is_killed_at_its_limit_and_the_next_invocation_gets_a_new_one(cloud: Cloud) -> None:
    with cloud.changed("chase", timeout=1):
        short = cloud.function("chase")
        before = short.invoke({"do": "look"}).result["pid"]
        killed = short.invoke({"do": "sleep", "seconds": 30})
        assert "timed out" in killed.error
        assert short.invoke({"do": "look"}).result["pid"] != before


def test_changed_variables_and_limits_hold_for_a_while(cloud: Cloud) -> None:
    with cloud.changed("chase", timeout=30, RELANCE_TABLE=None, RELANCE_TIME_ZONE="Europe/Lisbon"):
        seen = cloud.function("chase").invoke({"do": "look"}).result
        assert "RELANCE_TABLE" not in seen["environment"]
        assert seen["left"] <= 30
        assert seen["environment"]["RELANCE_TIME_ZONE"] == "Europe/Lisbon"
    assert cloud.function("chase").invoke({"do": "look"}).result["environment"]["RELANCE_TABLE"] == cloud.table


def test_lines_stay_readable_after_the_function_has_ended(cloud: Cloud) -> None:
    with cloud.changed("chase"):
        cloud.function("chase").invoke({"do": "count", "count": 77})
    assert any('"count":77' in line for line in cloud.printed())


def test_functions_run_as_built_where_a_python_of_lambdas_version_is_found() -> None:
    here = where()
    assert here.built == (here.version == "3.13")
    assert here.code("ChaseFunction", "chase").joinpath("app.py").is_file()
