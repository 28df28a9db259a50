"""Shifts a function's clock: `time.time` alone, which is what Relance reads; the SDKs sign with `datetime` and stay right."""

import os
import time
from pathlib import Path

_real, _offset = time.time, Path(os.environ["RELANCE_TEST_CLOCK"])


def _shifted() -> float:
    return _real() + float(_offset.read_text("ascii"))


time.time = _shifted
