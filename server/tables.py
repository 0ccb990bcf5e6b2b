"""Every table in one import, for migrations and tests."""

from importlib import import_module

from server.audit import models as audit
from server.infra import clock, throttle

# While the house is being built a room may not have its tables yet.
ROOMS = (
    "attachments",
    "divisions",
    "policies",
    "ledger",
    "identity",
    "catalogue",
    "messages",
    "notices",
    "ballots",
    "decisions",
)
for _room in ROOMS:
    try:
        import_module(f"server.{_room}.models")
    except ModuleNotFoundError as error:
        if error.name != f"server.{_room}.models":
            raise

__all__ = ["audit", "clock", "throttle"]
