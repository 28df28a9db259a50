"""Amazon SES: handing over messages, and reading what comes back about them."""

from .mailer import SesMailer, ses_client

__all__ = ["SesMailer", "ses_client"]
