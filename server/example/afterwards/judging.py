"""The round at completion: households answer on their phones, a few on paper, one of them badly; then it is over."""

from server.evaluations import actions, queries
from server.evaluations.actions import Promised
from server.evaluations.queries import RoundCard
from server.evaluations.rules.answering import Said
from server.example.afterwards.place import FINISHED, Place
from server.example.ledger import key
from server.example.marks import said
from server.identity.actions import resident_actor
from server.ledger import queries as ledger
from server.projects import queries as projects

OPENS, REMINDED, OVER = FINISHED + 1, FINISHED + 18, FINISHED + 23
#: Of so many households one answers nothing, and the staff key in the papers of so many.
SILENT, ON_PAPER = 8, 2


def judge(place: Place) -> None:
    _due(place, OPENS)
    of = min(queries.rounds_of(place.community_id), key=lambda one: one.number)
    bound = place.residents()
    codes = list(queries.items(of.panel_id))
    silent = [one for one in ledger.households(place.community_id) if one.flat_id not in bound]
    for number, home in enumerate(ledger.households(place.community_id)):
        if home.flat_id in bound and number % SILENT != 5:
            actions.give_answer(
                of.id, home.id, said(codes, number), client_key=key(), actor=resident_actor(bound[home.flat_id]),
                now=place.at(OPENS + 1 + number % 15, 9 + number % 11),
            )  # fmt: skip
    for number, home in enumerate(silent[:ON_PAPER]):
        _on_paper(place, of, home.id, said(codes, number))
    _due(place, REMINDED)
    _due(place, OVER)
    place.pass_what_waits(place.at(OVER + 1))


def _on_paper(place: Place, of: RoundCard, household_id: int, answer: Said) -> None:
    row = actions.enter_paper(
        of.id, household_id, answer, community_id=place.community_id, client_key=key(), actor=place.clerk,
        now=place.at(OPENS + 16, 10),
    )  # fmt: skip
    actions.review_paper(
        of.id, row.id, community_id=place.community_id, is_accepted=True, reason="", actor=place.reviewer,
        now=place.at(OPENS + 16, 15),
    )  # fmt: skip


def _due(place: Place, days: int) -> None:
    """As the clock would have."""
    actions.follow_rounds(place.at(days, 9), _promised)


def _promised(community_id: int) -> list[Promised]:
    """What was decided for it: all of it became items of its works."""
    found = projects.works_done(community_id)
    return list({one.code: Promised(one.code, one.title) for one in found}.values())
