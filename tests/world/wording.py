"""How messages are worded in the world."""

from __future__ import annotations

from functools import lru_cache

from relance import bootstrap
from relance.adapters.jinja_messages import JinjaMessages
from relance.domain.register import Template


@lru_cache(maxsize=8)
def wording(overrides: tuple[Template, ...]) -> JinjaMessages:
    """Messages are worded alike every time: their templates are read once."""
    return JinjaMessages(bootstrap.templates_folder(), overrides)
