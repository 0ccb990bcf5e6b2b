"""Plans on the desk: one blueprint, its views by subject."""

from admin.plans import annual, changes, drafting, freezing, master, pilots, pools, proposing, steps
from admin.plans.pages import plans

__all__ = [
    "annual",
    "changes",
    "drafting",
    "freezing",
    "master",
    "pilots",
    "plans",
    "pools",
    "proposing",
    "steps",
]
