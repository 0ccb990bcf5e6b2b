"""Judging on the desk: rounds with who is silent, papers keyed in and looked at, results once a round is over, scorecards."""

from admin.evaluations import entering, printing, reviewing, showing
from admin.evaluations.desk import evaluations
from admin.evaluations.scorecards import scorecards

__all__ = ["entering", "evaluations", "printing", "reviewing", "scorecards", "showing"]
