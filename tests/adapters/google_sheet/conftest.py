"""The emulator for these tests."""

from tests.emulators.sheets.fixtures import google

__all__ = ["google"]
