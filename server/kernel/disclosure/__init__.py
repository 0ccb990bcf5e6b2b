"""What may be told of small groups: the one place every public table of the product goes through. Pure and exact.

A table is protected against a reader who has every published figure, knows that counts are whole and not negative, knows
the least count told (`disclosure.least_cell`), and solves. For every count that is hidden

- the possible values lie at least `least` apart, so it is never pinned, nor told within a few;
- one of them is `least` or more, so nobody can show that it is a small one;
- it looks like every other hidden count. Small ones and those hidden for their sake are drawn with the same word.

Two judgements:

- Zero is a small count. "Nobody of these eight can pay" betrays eight homes as surely as a one betrays one; and as where
  all of a group answer alike every other count is zero, hiding zeros is what hides unanimous groups.
- A share says what a count says. Whoever draws per cents takes them from shown counts, after protecting.

What stays outside, and why:

- Heads by choice in a vote, its turnout, and the decision that quotes them: the law has them published, in numbers of
  heads, however small (民法典第 278 条 counts heads). Their areas go through `areas` and ballots.rules.disclosure.
- The bundle of a closed vote and the recount of it: the evidence of a vote, row by row, and not a table of groups.
- Objections and their answers: each is shown to those whom it concerns, or with the decision it was raised against; how
  many there were is seen from the list itself.
- What the ledger counts (flats, buildings), and everything staff see behind a permission.
"""

from server.kernel.disclosure.areas import PublicShare, may_show_exact_areas, whole_per_cent
from server.kernel.disclosure.protecting import protect
from server.kernel.disclosure.publication import Part, Question, publish, summed
from server.kernel.disclosure.tables import (
    HIDDEN_ZH,
    Cell,
    Choices,
    Grid,
    Group,
    Line,
    Needs,
    ShownGrid,
    ShownLine,
    ShownNeeds,
    note_zh,
)

__all__ = [
    "HIDDEN_ZH",
    "Cell",
    "Choices",
    "Grid",
    "Group",
    "Line",
    "Needs",
    "Part",
    "PublicShare",
    "Question",
    "ShownGrid",
    "ShownLine",
    "ShownNeeds",
    "may_show_exact_areas",
    "note_zh",
    "protect",
    "publish",
    "summed",
    "whole_per_cent",
]
