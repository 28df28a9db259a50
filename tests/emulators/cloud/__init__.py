"""The deployment on this machine: its built functions under AWS's runtime emulator, everything around them played.

with Cloud(folder) as cloud:
    sheet = cloud.add_register("exemple")
    cloud.at(datetime(2026, 10, 5, 7, tzinfo=PARIS))
    cloud.schedule("AnnounceSchedule")
    cloud.pump()                       # SQS hands over what waits, EventBridge what SES tells
"""

from .cloud import Cloud
from .register import Register
from .runtime import Answer, Function, told, where

__all__ = ["Answer", "Cloud", "Function", "Register", "told", "where"]
