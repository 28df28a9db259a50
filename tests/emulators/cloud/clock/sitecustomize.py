"""Shifts a function's clock: `time.time`, which is what Relance reads. The SDKs sign with `datetime`, and stay right.

Lambda's own client counts down to the end of an invocation by the real clock, so what it asks for is not shifted. With
RELANCE_TEST_HURRY, Relance's own waits between two tries take no time.
"""

import os
import sys
import time
from pathlib import Path
from typing import SupportsIndex

_real, _offset = time.time, Path(os.environ["RELANCE_TEST_CLOCK"])


def _shifted() -> float:
    if str(sys._getframe(1).f_globals.get("__name__")).startswith("awslambdaric"):
        return _real()
    return _real() + float(_offset.read_text("ascii"))


time.time = _shifted

if "RELANCE_TEST_HURRY" in os.environ:
    _sleep = time.sleep

    def _hurried(seconds: SupportsIndex | float, /) -> None:
        _sleep(0 if str(sys._getframe(1).f_globals.get("__name__")).startswith("relance.") else seconds)

    time.sleep = _hurried
