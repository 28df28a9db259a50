"""What holds for all tests."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("relance", deadline=None)  # speed lives in `make bench`
settings.load_profile("relance")
