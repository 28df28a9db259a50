"""The outside world: one file, or one folder, per system that the ports of `relance.ports` are made of."""
