"""The fixtures of the emulators' own tests."""

from tests.emulators.sheets.fixtures import google

__all__ = ["google"]
