"""What falls due: a panel is frozen when its community's works are finished, its households are told and reminded, and what
they wrote goes to be looked at once the round is over."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from server.audit.actions import record
from server.evaluations import queries
from server.evaluations.models import (
    EvaluationPanel,
    EvaluationRound,
    EvaluationStep,
    PanelHousehold,
    PanelItem,
)
from server.evaluations.queries import DuePanel, RoundCard
from server.evaluations.rules.rounds import planned
from server.evaluations.rules.words import State, Step
from server.infra.db import db
from server.infra.statements import insert_rows
from server.kernel.actor import CLOCK, Actor, ActorKind
from server.kernel.chinatime import china_day
from server.ledger import queries as ledger
from server.messages.actions import tell
from server.messages.rules import Recipient
from server.moderation.actions import submit_text

#: What `about_kind` of moderation the words of an answer have.
WORDS = "evaluations.words"
VERBS = {
    Step.OPENED: "evaluations.open_round",
    Step.REMINDED: "evaluations.remind",
    Step.CLOSED: "evaluations.close_round",
}


@dataclass(frozen=True)
class Promised:
    """An item that was decided for a community."""

    code: str
    title: str


def follow_rounds(now: datetime, promised: Callable[[int], Sequence[Promised]]) -> int:
    """Everything about rounds that has come due. `promised`: what was decided for a community, which rooms above know.
    Returns how many things were done."""
    done = 0
    for due in queries.due_panels(now):
        done += freeze_panel(due, promised(due.community_id), now=now) is not None
    for of, step in queries.due_steps(now):
        _STEPS[step](of, now)
        done += 1
    return done


def freeze_panel(due: DuePanel, promised: Sequence[Promised], *, now: datetime) -> EvaluationPanel | None:
    """From now on these households are asked, and these items. None for a community that has no household yet."""
    households = ledger.households(due.community_id)
    today = china_day(now)
    terms = queries.terms_at(due.division_path, today)
    rounds = planned(due.finished_on, today, terms)
    if not households or not rounds:
        return None
    panel = EvaluationPanel(
        project_id=due.project_id,
        community_id=due.community_id,
        finished_on=due.finished_on,
        frozen_at=now,
        least_share=str(terms.least_share),
        least_answers=terms.least_answers,
    )
    db.session.add(panel)
    db.session.flush()
    insert_rows(
        PanelHousehold,
        [
            {"panel_id": panel.id, "household_id": one.id, "building_id": one.building_id}
            for one in households
        ],
    )
    titles = {one.code: one.title for one in promised}
    db.session.add_all(
        PanelItem(panel_id=panel.id, position=position, code=code, title=title)
        for position, (code, title) in enumerate(titles.items())
    )
    db.session.add_all(EvaluationRound(panel_id=panel.id, **vars(one)) for one in rounds)
    db.session.flush()
    record(
        CLOCK, "evaluations.freeze_panel", "evaluation_panel", panel.id, now=now, community_id=due.community_id,
        project_id=due.project_id, finished_on=due.finished_on, households=len(households), items=list(titles),
        rounds=[one.opens_on for one in rounds],
    )  # fmt: skip
    return panel


def _open(of: RoundCard, now: datetime) -> None:
    households = {one.id: one.flat_id for one in ledger.households(of.community_id)}
    flats = [households[one.household_id] for one, _ in _silent(of) if one.household_id in households]
    number = tell(
        [Recipient.flat(flat_id) for flat_id in flats],
        kind="evaluations.opened",
        subject="改造做得怎么样，请你评一评",
        body=f"{of.name}的评价开始了，{_day(of)} 24:00 截止。点几下就好，一户一份，截止前可以改。评完以前，谁也看不到谁评了什么。",
        link=f"/me/evaluations/{of.id}",
        community_id=of.community_id,
        now=now,
    )
    _done(of, Step.OPENED, number, now)


def _remind(of: RoundCard, now: datetime) -> None:
    households = {one.id: one.flat_id for one in ledger.households(of.community_id)}
    flats = [
        households[one.household_id]
        for one, state in _silent(of)
        if state is State.NONE and one.household_id in households
    ]
    number = tell(
        [Recipient.flat(flat_id) for flat_id in flats],
        kind="evaluations.reminded",
        subject="你家还没评这次改造",
        body=f"{of.name}的评价 {_day(of)} 24:00 截止。不方便用手机，可以请居委会代填。只提醒这一次。",
        link=f"/me/evaluations/{of.id}",
        community_id=of.community_id,
        now=now,
    )
    _done(of, Step.REMINDED, number, now)


def _close(of: RoundCard, now: datetime) -> None:
    """Words wait until now: whoever looks at them earlier would learn what is answered while the round runs."""
    answers = queries.words_of(of)
    for one in answers:
        submit_text(
            WORDS,
            one.id,
            community_id=of.community_id,
            text=one.words,
            caption=f"{of.name}的评价",
            actor=_writer(one.entered_by),
            now=now,
        )
    _done(of, Step.CLOSED, len(answers), now)


def _silent(of: RoundCard) -> list[tuple[queries.Seat, State]]:
    """Everyone while nothing was answered; all on one page."""
    return list(queries.missing(of, size=queries.EVERYONE).items)


def _done(of: RoundCard, step: Step, number: int, now: datetime) -> None:
    db.session.add(EvaluationStep(round_id=of.id, step=step, done_at=now, number=number))
    db.session.flush()
    record(
        CLOCK, VERBS[step], "evaluation_round", of.id, now=now,
        community_id=of.community_id, number=number,
    )  # fmt: skip


def _day(of: RoundCard) -> str:
    return f"{of.closes_on.month} 月 {of.closes_on.day} 日"


def _writer(key: str) -> Actor:
    """Whoever wrote or keyed in the words, as moderation names them: without a name."""
    kind, _, number = key.partition(":")
    return Actor(ActorKind(kind), int(number), "居民" if kind == ActorKind.RESIDENT else "工作人员")


_STEPS: dict[Step, Callable[[RoundCard, datetime], None]] = {
    Step.OPENED: _open,
    Step.REMINDED: _remind,
    Step.CLOSED: _close,
}
