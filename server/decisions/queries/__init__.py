"""Reading decisions: where each stands, what the newest count says, and a decision as paper."""

from server.decisions.queries.alarms import claims_of, consent_alarms
from server.decisions.queries.annulled import (
    REVOKED,
    annulments,
    annulments_in_force,
    annulments_waiting,
    ballots_undone,
    known_annulment,
    undone,
)
from server.decisions.queries.counted import facts_counted, items_counted, newest_count
from server.decisions.queries.decided import (
    Undecided,
    decision,
    decision_by_code,
    decision_of_ballot,
    ending,
    known,
    undecided,
    version,
    versions,
)
from server.decisions.queries.heard import speaking
from server.decisions.queries.issued import (
    issued_paper,
    newer_than,
    paper_by_code,
    paper_document,
    papers_of,
    replaced_words,
)
from server.decisions.queries.paper import Heard, Paper, adopted_items, items_of_version, paper, preview
from server.decisions.queries.preliminary import Posted, preliminaries, preliminary_notices
from server.decisions.queries.preliminary_sheet import preliminary_obstacles, preliminary_sheet
from server.decisions.queries.recorded import recorded
from server.decisions.queries.standing import (
    DecisionLine,
    Hung,
    hung,
    lines,
    public_lines,
    stage,
    standing,
    stands_in_the_way,
)
from server.decisions.queries.templates import (
    ChosenTemplate,
    template,
    template_document,
    template_for,
    templates_of,
)
from server.decisions.queries.verdicts import (
    COURSE_KEYS,
    drawn_at,
    newest_course,
    settled,
    verdict,
    verdicts_of,
)
from server.decisions.queries.wanted import Wanted, wanted
from server.decisions.queries.whereabouts import Drawing, Recorded, Whereabouts, whereabouts

__all__ = [
    "COURSE_KEYS",
    "REVOKED",
    "ChosenTemplate",
    "DecisionLine",
    "Drawing",
    "Heard",
    "Hung",
    "Paper",
    "Posted",
    "Recorded",
    "Undecided",
    "Wanted",
    "Whereabouts",
    "adopted_items",
    "annulments",
    "annulments_in_force",
    "annulments_waiting",
    "ballots_undone",
    "claims_of",
    "consent_alarms",
    "decision",
    "decision_by_code",
    "decision_of_ballot",
    "drawn_at",
    "ending",
    "facts_counted",
    "hung",
    "issued_paper",
    "items_counted",
    "items_of_version",
    "known",
    "known_annulment",
    "lines",
    "newer_than",
    "newest_count",
    "newest_course",
    "paper",
    "paper_by_code",
    "paper_document",
    "papers_of",
    "preliminaries",
    "preliminary_notices",
    "preliminary_obstacles",
    "preliminary_sheet",
    "preview",
    "public_lines",
    "recorded",
    "replaced_words",
    "settled",
    "speaking",
    "stage",
    "standing",
    "stands_in_the_way",
    "template",
    "template_document",
    "template_for",
    "templates_of",
    "undecided",
    "undone",
    "verdict",
    "verdicts_of",
    "version",
    "versions",
    "wanted",
    "whereabouts",
]
