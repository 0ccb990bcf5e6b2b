"""What an answer may say, which marks are low, and who may enter what for a household."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from server.evaluations.rules.words import FURTHER, Aspect, Fee, ItemMark, Mark, State
from server.kernel.errors import Conflict, Invalid, Refused

LONGEST_WORDS = 500
LONGEST_REASON = 300


@dataclass(frozen=True)
class Said:
    """One household's answer. Only `overall` is asked of everyone; whatever is left out was not answered."""

    overall: Mark
    aspects: Mapping[Aspect, Mark] = field(default_factory=dict)
    #: By the code of the promised item.
    items: Mapping[str, ItemMark] = field(default_factory=dict)
    fee: Fee | None = None
    words: str = ""

    def mark(self, aspect: Aspect) -> Mark | None:
        return self.overall if aspect is Aspect.OVERALL else self.aspects.get(aspect)


@dataclass(frozen=True)
class Low:
    """Something a household is not satisfied with: what a ticket could be opened for."""

    #: The promised item, or empty where it is not about one.
    code: str
    title: str
    is_not_done: bool


def check_said(said: Said, promised: Collection[str]) -> None:
    """Raises Invalid for an item that was not promised here, and for too many words."""
    fields: dict[str, list[str]] = {}
    if set(said.items) - set(promised):
        fields["items"] = ["这一项不在你们小区的改造内容里。刷新页面再评。"]
    if len(said.words) > LONGEST_WORDS:
        fields["words"] = [f"最多 {LONGEST_WORDS} 个字，现在有 {len(said.words)} 个。"]
    if fields:
        raise Invalid("有几处要改一下，请看标红的地方。", fields=fields)


def low_marks(said: Said, titles: Mapping[str, str]) -> list[Low]:
    """In the order they were asked. Where an item or a part is named, that the whole is poor needs no ticket of its own."""
    items = [
        Low(code, titles[code], said.items[code] is ItemMark.NOT_DONE)
        for code in titles
        if said.items.get(code) in {ItemMark.POOR, ItemMark.NOT_DONE}
    ]
    parts = [Low("", one.name_zh, False) for one in FURTHER if said.aspects.get(one) is Mark.POOR]
    if said.overall is Mark.POOR and not items and not parts:
        return [Low("", "这次改造", False)]
    return items + parts


@dataclass(frozen=True)
class Entry:
    """An answer as far as it matters which one counts."""

    id: int
    is_own: bool
    #: Of one that staff keyed in: what another person said of it, None while nobody did.
    is_accepted: bool | None = None


def counted(entries: Iterable[Entry]) -> Entry | None:
    """The answer that counts: the newest of the residents' own; without one, what staff keyed in and another accepted."""
    known = sorted(entries, key=lambda one: one.id)
    own = [one for one in known if one.is_own]
    accepted = [one for one in known if not one.is_own and one.is_accepted]
    found = own or accepted
    return found[-1] if found else None


def state_of(entries: Iterable[Entry]) -> State:
    known = list(entries)
    standing = counted(known)
    if standing is not None:
        return State.OWN if standing.is_own else State.BY_STAFF
    return State.WAITING if any(one.is_accepted is None for one in known) else State.NONE


def check_staff_entry(state: State) -> None:
    """Staff enter for a household that has no answer. What stands is its residents' to change, and nobody else's."""
    if state is State.OWN:
        raise Refused("这一户自己评过了。只有住户自己能改。", code="answered_by_resident")
    if state is State.BY_STAFF:
        raise Refused("这一户已经代填过，复核也通过了。要改，请住户自己扫码评。", code="answered_by_staff")
    if state is State.WAITING:
        raise Conflict("这一户已经有人代填了，正等另一个人复核。", code="entry_waiting")


def check_review(entered_by: str, reviewed_by: str, *, state: State, is_accepted: bool, reason: str) -> None:
    """Another person looks at it, for its form and never for what it says; turning it down needs a reason."""
    if entered_by == reviewed_by:
        raise Refused("自己填的要由另一个人复核。", code="same_person")
    if state is State.OWN:
        raise Refused("这一户后来自己评了，代填的这份不用了。", code="answered_by_resident")
    if not is_accepted and not reason.strip():
        sentence = "写上为什么退回，填的人会看到。"
        raise Invalid(sentence, fields={"reason": [sentence]})
