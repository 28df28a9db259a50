"""Amazon SES (API v2) for tests: a strict HTTP server with an account behind it."""

from .account import Account, Fate, Taken
from .server import SesServer

__all__ = ["Account", "Fate", "SesServer", "Taken"]
