"""What the runs need from the outside world. Each port has one contract suite in tests/adapters."""
