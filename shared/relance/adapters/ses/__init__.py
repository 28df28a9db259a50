"""Amazon SES: handing over messages, and reading what comes back about them."""
