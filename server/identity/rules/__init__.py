"""What identity knows without asking anyone: who may do what where, how well a person is known, how names compare."""

from server.identity.rules.apps import WeChatApp
from server.identity.rules.grants import Grant, clash, covers, may, may_hand_out, overlap
from server.identity.rules.levels import LEAST_LEVEL, Deed, Level, effective_level, level_may
from server.identity.rules.permissions import ALLOWED, GRANTABLE, NEVER_TOGETHER, Permission, Role

__all__ = [
    "ALLOWED",
    "GRANTABLE",
    "LEAST_LEVEL",
    "NEVER_TOGETHER",
    "Deed",
    "Grant",
    "Level",
    "Permission",
    "Role",
    "WeChatApp",
    "clash",
    "covers",
    "effective_level",
    "level_may",
    "may",
    "may_hand_out",
    "overlap",
]
