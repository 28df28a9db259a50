"""Words messages: built-in templates, people's own texts in a sandbox, and the MIME bytes that leave."""

from .messages import JinjaMessages

__all__ = ["JinjaMessages"]
