"""What can be wrong before going live: pure rules over a register, its history and the plan of its next run."""
