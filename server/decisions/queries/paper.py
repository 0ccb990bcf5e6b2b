"""A decision as paper: all that a page, the printed sheet and the .docx are drawn from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from server.decisions import rules
from server.decisions.models import Annulment, Decision, Ending, Item, Version
from server.decisions.queries.annulled import REVOKED, annulments_in_force
from server.decisions.queries.counted import (
    facts_counted,
    is_new_lift,
    items_counted,
    lacking_by_scope,
    newest_count,
)
from server.decisions.queries.decided import ending, version, versions
from server.decisions.queries.standing import Hung, hung, standing
from server.decisions.rules import ItemResult, Stage, Summary, summary
from server.decisions.rules.annulling import judgment_words
from server.decisions.rules.facts import Facts
from server.decisions.rules.sheet import REVOCATION, blocks
from server.decisions.rules.shown import ShownItem, shown
from server.infra.db import db
from server.kernel.errors import NotFound
from server.ledger import queries as ledger
from server.notices import queries as notices


@dataclass(frozen=True)
class Heard:
    """An objection to one version, with what came of it. The text may name people: it is for the office only."""

    id: int
    version: int
    text: str
    raised_at: datetime
    channel: str
    answer: str
    is_upheld: bool | None
    answered_at: datetime | None

    @property
    def verdict_zh(self) -> str:
        return {None: "等答复", True: "成立", False: "不成立"}[self.is_upheld]


@dataclass(frozen=True)
class Paper:
    decision: Decision
    community: str
    issuer: str
    title: str
    note: str
    next_steps: str
    #: None: the draft as it would be published now.
    version: Version | None
    versions: tuple[Version, ...]
    items: tuple[ItemResult, ...]
    summary: Summary
    facts: Facts
    notice: Hung | None
    heard: tuple[Heard, ...]
    ending: Ending | None
    #: The judgment that revoked it.
    annulment: Annulment | None
    stage: Stage

    @property
    def is_newest(self) -> bool:
        return self.version is None or self.version.number == self.versions[-1].number

    @property
    def is_final(self) -> bool:
        """Whether this very version was signed and stands."""
        act, held = self.ending, self.version
        if self.annulment is not None:
            return False
        return act is not None and not act.is_void and held is not None and act.version == held.number

    @property
    def judgment(self) -> str:
        """What a court said of it, in one line; empty where none revoked it."""
        row = self.annulment
        return judgment_words(row.court, row.case_number, row.effective_on, row.reason) if row else ""

    @property
    def force(self) -> str:
        """What the sheet says of its own force."""
        if self.ending is not None and self.ending.fault is not None:
            return f"这次表决已经作废（{self.ending.fault.name_zh}），什么也没有定。要定这件事，得重新表决。"
        if self.annulment is not None:
            return f"法院撤销了这份决定，不再算数。{self.judgment}要再定这件事，得重新表决。"
        return REVOCATION

    def shown(self) -> list[ShownItem]:
        """Exactly: for the office, and for the sheet that it posts."""
        return [shown(item) for item in self.items]

    def shown_publicly(self) -> list[ShownItem]:
        return [shown(item, publicly=True) for item in self.items]

    def body(self, items: Sequence[ShownItem]) -> list[dict[str, Any]]:
        """The sheet with the items as someone may see them."""
        return blocks(items, self.summary, self.facts, self.note, self.next_steps, self.force)

    def shown_to(self, scopes: frozenset[str]) -> list[ShownItem]:
        """To a signed-in owner: exactly in the scopes where a flat of theirs counts, publicly in the others."""
        return [shown(item, publicly=item.scope not in scopes) for item in self.items]


def paper(of: Decision, now: datetime, number: int | None = None) -> Paper:
    """A version (the newest where no number is given); the draft's preview where none was published."""
    published = versions(of.id)
    if number is None and not published:
        return preview(of, now)
    held = version(of.id, number if number is not None else published[-1].number)
    if held is None:
        raise NotFound
    items = [result_of(row) for row in items_of_version(of.id, held.number)]
    texts = (held.title, held.note, held.next_steps)
    return _paper(of, now, texts, held, items, Facts.from_document(held.facts))


def preview(of: Decision, now: datetime) -> Paper:
    """The draft on the newest count: what publishing would freeze."""
    count = newest_count(of.ballot_id)
    items = items_counted(count)
    texts = (of.title, of.note, of.next_steps)
    return _paper(of, now, texts, None, items, facts_counted(count, items, now))


def items_of_version(decision_id: int, number: int) -> list[Item]:
    found = sa.select(Item).where(Item.decision_id == decision_id, Item.version == number)
    return list(db.session.scalars(found.order_by(Item.position)))


def adopted_items(community_id: int) -> list[Item]:
    """What signed decisions of a community adopted, scope by scope: what plans and projects build on.

    A lift that was signed as held back counts from the day on which nothing is missing any more, and no longer once a
    consent is taken back; the signed paper keeps what it said.
    """
    found = (
        sa.select(Item, Decision.ballot_id)
        .join(Ending, sa.and_(Ending.decision_id == Item.decision_id, Ending.version == Item.version))
        .join(Decision, Decision.id == Item.decision_id)
        .where(
            Decision.community_id == community_id,
            Ending.code.is_not(None),
            ~REVOKED,
            Item.outcome.in_([rules.Outcome.ADOPTED, rules.Outcome.BLOCKED]),
        )
        .order_by(Item.decision_id, Item.position)
    )
    rows = db.session.execute(found).all()
    lacking = {ballot_id: lacking_by_scope(ballot_id) for _, ballot_id in rows}
    return [
        item
        for item, ballot_id in rows
        if not is_new_lift(item.subsidy_key)
        or not (lacks := lacking[ballot_id].get(item.scope))
        or not lacks.is_any
    ]


def _paper(
    of: Decision,
    now: datetime,
    texts: tuple[str, str, str],
    held: Version | None,
    items: list[ItemResult],
    facts: Facts,
) -> Paper:
    community = ledger.community(of.community_id)
    if community is None:
        raise NotFound
    notice = hung(held.notice_id) if held else None
    published = versions(of.id)
    title, note, next_steps = texts
    return Paper(
        decision=of,
        community=community.name,
        issuer=notice.issuer if notice else ledger.contact(of.community_id)[0],
        title=title,
        note=note,
        next_steps=next_steps,
        version=held,
        versions=tuple(published),
        items=tuple(items),
        summary=summary(items),
        facts=facts,
        notice=notice,
        heard=tuple(heard for one in published for heard in _heard(one)),
        ending=ending(of.id),
        annulment=annulments_in_force([of.id]).get(of.id),
        stage=rules.stage(standing(of), now),
    )


def _heard(of: Version) -> list[Heard]:
    return [
        Heard(
            id=one.id,
            version=of.number,
            text=one.text,
            raised_at=one.raised_at,
            channel=one.channel.name_zh,
            answer=one.answer,
            is_upheld=one.is_upheld,
            answered_at=one.answered_at,
        )
        for one in notices.objections(of.notice_id)
    ]


def result_of(row: Item) -> ItemResult:
    """The item as it was counted, from the row that keeps it."""
    sides = {side["choice"]: side for side in row.sides}
    heads = {choice: int(side["heads"]) for choice, side in sides.items()}
    area = {choice: rules.exact(side["area"]) for choice, side in sides.items()}
    return ItemResult(
        motion=row.motion,
        title=row.title,
        scope=row.scope,
        kind=row.kind,
        matter=row.matter,
        catalogue_item_id=row.catalogue_item_id,
        subsidy_key=row.subsidy_key,
        law=row.law,
        basis=row.basis,
        heads={"roll": row.roll_heads, "participants": row.heads} | heads,
        area={"roll": row.roll_area, "participants": row.area} | area,
        verdict=row.verdict,
        adopted_option=row.adopted_option,
        tests=tuple(rules.TestLine.from_document(test) for test in row.tests),
        is_exact=row.is_exact,
        public_shares=row.public_shares,
        missing_consents=row.missing_consents,
        open_objections=row.open_objections or 0,
    )
