"""The stories: one file per run, told in a straight line over the ports."""
