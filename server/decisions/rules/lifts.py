"""A lift for one entrance: whose consent is needed, who objects, what was agreed, and what is missing. Pure.

A majority never replaces the consent of an owner whose own exclusive part is taken; neighbours whose light, air or passage
suffers are heard first by themselves, then by the residents' committee (济南市莱芜市既有住宅增设电梯规定第七条). All of it stands
in one log of acts; the state of a case is read from the log and stored nowhere.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from server.kernel.errors import Reason


class ActKind(StrEnum):
    #: The lift takes part of this flat: its owner must consent.
    TAKEN = "taken"
    #: It does not any more.
    RELEASED = "released"
    CONSENT = "consent"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    OBJECTION = "objection"
    NEGOTIATION = "negotiation"
    MEDIATION = "mediation"
    COMPENSATION = "compensation"
    SETTLED = "settled"
    OBJECTION_WITHDRAWN = "objection_withdrawn"
    #: Floors, cost, its shares by floor, and the upkeep agreement.
    PLAN = "plan"
    #: Another person has looked at all papers up to here.
    CHECKED = "checked"

    @property
    def name_zh(self) -> str:
        return NAMES[self]


NAMES = {
    ActKind.TAKEN: "要占这一户的专有部分",
    ActKind.RELEASED: "不再占这一户",
    ActKind.CONSENT: "业主书面同意",
    ActKind.CONSENT_WITHDRAWN: "业主撤回同意",
    ActKind.OBJECTION: "住户提出异议",
    ActKind.NEGOTIATION: "双方协商",
    ActKind.MEDIATION: "居委会调解",
    ActKind.COMPENSATION: "约定补偿",
    ActKind.SETTLED: "达成一致",
    ActKind.OBJECTION_WITHDRAWN: "住户撤回异议",
    ActKind.PLAN: "费用分摊和维护约定",
    ActKind.CHECKED: "复核过材料",
}
#: What is done about an objection.
ABOUT_OBJECTION = (
    ActKind.NEGOTIATION,
    ActKind.MEDIATION,
    ActKind.COMPENSATION,
    ActKind.SETTLED,
    ActKind.OBJECTION_WITHDRAWN,
)
CLOSES_OBJECTION = frozenset({ActKind.SETTLED, ActKind.OBJECTION_WITHDRAWN})
#: What makes something missing no longer missing counts only once another person has looked at the paper; what takes
#: it away counts at once.
NEEDS_CHECK = frozenset({ActKind.RELEASED, ActKind.CONSENT, *CLOSES_OBJECTION})
#: What the paper is asked for.
NEEDS_PAPER = frozenset({ActKind.CONSENT, ActKind.SETTLED})


@dataclass(frozen=True)
class Act:
    id: int
    kind: ActKind
    on: date
    #: Who entered it: an actor's key.
    by: str
    flat_id: int | None = None
    #: The objection it is about: the id of that act.
    objection_id: int | None = None
    amount_fen: int = 0
    #: Of a mediation: whether they came to terms.
    is_agreed: bool | None = None


class ConsentState(StrEnum):
    LACKING = "lacking"
    #: The paper is there; the reviewer has not looked at it.
    UNCHECKED = "unchecked"
    GIVEN = "given"
    WITHDRAWN = "withdrawn"
    #: Said to be taken no more; not yet looked at.
    RELEASING = "releasing"

    @property
    def name_zh(self) -> str:
        return {
            "lacking": "还没同意",
            "unchecked": "同意书等复核",
            "given": "已同意",
            "withdrawn": "撤回了同意",
            "releasing": "改为不占，等复核",
        }[self.value]

    @property
    def tone(self) -> str:
        return {
            "lacking": "wait",
            "unchecked": "info",
            "given": "go",
            "withdrawn": "stop",
            "releasing": "info",
        }[self.value]


@dataclass(frozen=True)
class FlatConsent:
    flat_id: int
    state: ConsentState
    #: The act that made it so.
    act: Act


class ObjectionStage(StrEnum):
    OPEN = "open"
    NEGOTIATED = "negotiated"
    MEDIATED = "mediated"
    #: Mediation failed: heard, and not at terms.
    FAILED = "failed"
    #: At terms, or taken back; not yet looked at.
    UNCHECKED = "unchecked"
    CLOSED = "closed"

    @property
    def name_zh(self) -> str:
        return {
            "open": "还没协商",
            "negotiated": "协商过，没了结",
            "mediated": "调解过，没了结",
            "failed": "调解没有成",
            "unchecked": "了结材料等复核",
            "closed": "已了结",
        }[self.value]

    @property
    def tone(self) -> str:
        return (
            "go"
            if self is ObjectionStage.CLOSED
            else ("info" if self is ObjectionStage.UNCHECKED else "wait")
        )


@dataclass(frozen=True)
class Objection:
    id: int
    flat_id: int | None
    raised_on: date
    stage: ObjectionStage
    acts: tuple[Act, ...] = ()

    @property
    def compensation_fen(self) -> int:
        """What was agreed last; earlier offers stay on record."""
        agreed = [act.amount_fen for act in self.acts if act.kind is ActKind.COMPENSATION]
        return agreed[-1] if agreed else 0

    def is_in_the_way(self, *, failed_blocks: bool) -> bool:
        if self.stage is ObjectionStage.FAILED:
            return failed_blocks
        return self.stage is not ObjectionStage.CLOSED


class CaseState(StrEnum):
    LACKING = "lacking"
    OBJECTED = "objected"
    UNCHECKED = "unchecked"
    PLANLESS = "planless"
    COMPLETE = "complete"

    @property
    def name_zh(self) -> str:
        return {
            "lacking": "还缺同意",
            "objected": "有异议没了结",
            "unchecked": "等复核",
            "planless": "还缺费用和维护约定",
            "complete": "都齐了",
        }[self.value]

    @property
    def tone(self) -> str:
        return {"complete": "go", "unchecked": "info"}.get(self.value, "wait")


@dataclass(frozen=True)
class Case:
    """A case as its acts have made it."""

    consents: tuple[FlatConsent, ...] = ()
    objections: tuple[Objection, ...] = ()
    #: The plan in force: the last one.
    plan: Act | None = None
    #: What waits for the reviewer.
    unchecked: tuple[Act, ...] = ()
    #: An objection whose mediation failed stands in the way (a dated setting).
    failed_blocks: bool = field(default=True)

    @property
    def missing_consents(self) -> tuple[FlatConsent, ...]:
        return tuple(one for one in self.consents if one.state is not ConsentState.GIVEN)

    @property
    def open_objections(self) -> tuple[Objection, ...]:
        return tuple(one for one in self.objections if one.is_in_the_way(failed_blocks=self.failed_blocks))

    @property
    def is_clear(self) -> bool:
        """Whether nothing holds a passed vote back."""
        return not self.missing_consents and not self.open_objections

    @property
    def state(self) -> CaseState:
        if any(one.state in {ConsentState.LACKING, ConsentState.WITHDRAWN} for one in self.consents):
            return CaseState.LACKING
        if any(one.stage is not ObjectionStage.UNCHECKED for one in self.open_objections):
            return CaseState.OBJECTED
        if not self.is_clear:
            return CaseState.UNCHECKED
        return CaseState.COMPLETE if self.plan else CaseState.PLANLESS


def read(acts: Iterable[Act], *, failed_blocks: bool = True) -> Case:
    """The case from its log."""
    ordered = sorted(acts, key=lambda act: act.id)
    looked_at = max((act.id for act in ordered if act.kind is ActKind.CHECKED), default=0)
    plans = [act for act in ordered if act.kind is ActKind.PLAN]
    return Case(
        consents=tuple(_consents(ordered, looked_at)),
        objections=tuple(
            _objection(act, ordered, looked_at) for act in ordered if act.kind is ActKind.OBJECTION
        ),
        plan=plans[-1] if plans else None,
        unchecked=tuple(act for act in ordered if act.kind in NEEDS_CHECK and act.id > looked_at),
        failed_blocks=failed_blocks,
    )


def _consents(ordered: Sequence[Act], looked_at: int) -> Iterable[FlatConsent]:
    kinds = {ActKind.TAKEN, ActKind.RELEASED, ActKind.CONSENT, ActKind.CONSENT_WITHDRAWN}
    last: dict[int, Act] = {
        act.flat_id: act for act in ordered if act.kind in kinds and act.flat_id is not None
    }
    for flat_id, act in last.items():
        is_checked = act.id < looked_at
        if act.kind is ActKind.RELEASED and is_checked:
            continue
        yield FlatConsent(flat_id, _consent_state(act.kind, is_checked=is_checked), act)


def _consent_state(kind: ActKind, *, is_checked: bool) -> ConsentState:
    if kind is ActKind.CONSENT:
        return ConsentState.GIVEN if is_checked else ConsentState.UNCHECKED
    return {
        ActKind.TAKEN: ConsentState.LACKING,
        ActKind.RELEASED: ConsentState.RELEASING,
        ActKind.CONSENT_WITHDRAWN: ConsentState.WITHDRAWN,
    }[kind]


def _objection(raised: Act, ordered: Sequence[Act], looked_at: int) -> Objection:
    acts = tuple(act for act in ordered if act.objection_id == raised.id)
    return Objection(raised.id, raised.flat_id, raised.on, _stage(acts, looked_at), acts)


def _stage(acts: Sequence[Act], looked_at: int) -> ObjectionStage:
    closing = [act for act in acts if act.kind in CLOSES_OBJECTION]
    if closing:
        return ObjectionStage.CLOSED if closing[-1].id < looked_at else ObjectionStage.UNCHECKED
    mediated = [act for act in acts if act.kind is ActKind.MEDIATION]
    if mediated:
        return ObjectionStage.FAILED if mediated[-1].is_agreed is False else ObjectionStage.MEDIATED
    return ObjectionStage.NEGOTIATED if acts else ObjectionStage.OPEN


def missing_words(case: Case, labels: Mapping[int, str]) -> list[str]:
    """Exactly what is missing, by room: "1 栋 1 单元 101 的同意（还没同意）". For the office; the public is told counts."""
    said = [
        f"{labels.get(one.flat_id, '一户')} 的同意（{one.state.name_zh}）" for one in case.missing_consents
    ]
    said += [
        f"{labels.get(one.flat_id or 0, '一户')} 的异议（{one.stage.name_zh}）"
        for one in case.open_objections
    ]
    return said


def missing_counts(consents: int, objections: int) -> str:
    """The same in numbers, for everyone; empty where nothing is missing."""
    said = [
        f"{word} {number} {unit}"
        for word, number, unit in (
            ("被占用专有部分、还没同意的业主", consents, "户"),
            ("还没了结的邻居异议", objections, "条"),
        )
        if number
    ]
    return "；".join(said)


# ------------------------------------------------------------------ may it be entered


def why_not(kind: ActKind, case: Case, *, flat_id: int | None, objection_id: int | None) -> list[Reason]:
    """What keeps an act from being entered as the case stands."""
    if kind in ABOUT_OBJECTION:
        return _why_not_about_objection(case, objection_id)
    states = {one.flat_id: one.state for one in case.consents}
    state = states.get(flat_id or 0)
    if kind is ActKind.TAKEN and state is not None and state is not ConsentState.RELEASING:
        return [Reason("already_taken", "这一户已经在名单里。")]
    if kind is ActKind.RELEASED and state in {None, ConsentState.RELEASING}:
        return [Reason("not_taken", "这一户不在要占的名单里。")]
    if kind is ActKind.CONSENT and state not in {ConsentState.LACKING, ConsentState.WITHDRAWN}:
        return [Reason("no_consent_asked", "这一户现在不用再交同意书。")]
    if kind is ActKind.CONSENT_WITHDRAWN and state not in {ConsentState.GIVEN, ConsentState.UNCHECKED}:
        return [Reason("nothing_to_withdraw", "这一户没有同意过，谈不上撤回。")]
    return []


def _why_not_about_objection(case: Case, objection_id: int | None) -> list[Reason]:
    found = next((one for one in case.objections if one.id == objection_id), None)
    if found is None:
        return [Reason("no_objection", "先选一条异议。")]
    if found.stage in {ObjectionStage.CLOSED, ObjectionStage.UNCHECKED}:
        return [Reason("closed", "这条异议已经了结。又有意见，另记一条。")]
    return []


def why_not_check(case: Case, actor: str) -> list[Reason]:
    if not case.unchecked:
        return [Reason("nothing_unchecked", "没有等复核的材料。")]
    if any(act.by == actor for act in case.unchecked):
        return [Reason("own_work", "录入的人不能复核自己录的材料。请另一位复核人来看。")]
    return []
