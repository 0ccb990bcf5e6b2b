"""Whose list holds where and when, and the way of a list: drafted, consented to, filed, in force."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from server.kernel.errors import Invalid, Reason, Refused


class Stage(StrEnum):
    DRAFT = "draft"
    CONSENTED = "consented"
    FILED = "filed"
    #: Put in force from a day that is still to come.
    COMING = "coming"
    IN_FORCE = "in_force"
    #: The next list of the same division has begun.
    PAST = "past"
    #: Ended without a next one: the list above holds again.
    ENDED = "ended"
    DISCARDED = "discarded"

    @property
    def name_zh(self) -> str:
        return STAGE_NAMES[self]

    @property
    def is_settled(self) -> bool:
        """Its words stand: it was put in force, from some day on."""
        return self in {Stage.COMING, Stage.IN_FORCE, Stage.PAST, Stage.ENDED}


STAGE_NAMES = {
    Stage.DRAFT: "起草中",
    Stage.CONSENTED: "政府已同意",
    Stage.FILED: "已备案",
    Stage.COMING: "还没到生效日",
    Stage.IN_FORCE: "正在用",
    Stage.PAST: "已被新的一版替换",
    Stage.ENDED: "已停用",
    Stage.DISCARDED: "已作废",
}


@dataclass(frozen=True)
class DatedVersion:
    id: int
    division_id: int
    #: None: entered, but not in force yet (waits for the government's consent and the filing).
    valid_from: date | None
    #: From this day on it no longer holds; None: until its next one begins.
    ends_on: date | None = None


@dataclass(frozen=True)
class Way:
    """How far a list has come."""

    #: The province's own list is issued by the province; nobody above it consents, and it is filed with nobody.
    is_local: bool
    approved_on: date | None = None
    filed_on: date | None = None
    valid_from: date | None = None
    #: The day on which the division's next list began or begins.
    next_from: date | None = None
    ends_on: date | None = None
    is_discarded: bool = False


def stage(way: Way, today: date) -> Stage:
    if way.is_discarded:
        return Stage.DISCARDED
    if way.valid_from is not None:
        return _settled(way.valid_from, way.next_from, way.ends_on, today)
    if way.filed_on is not None:
        return Stage.FILED
    return Stage.CONSENTED if way.approved_on is not None else Stage.DRAFT


def _settled(valid_from: date, next_from: date | None, ends_on: date | None, today: date) -> Stage:
    if valid_from > today:
        return Stage.COMING
    if next_from is not None and next_from <= today:
        return Stage.PAST
    return Stage.ENDED if ends_on is not None and ends_on <= today else Stage.IN_FORCE


def version_in_force(
    versions: Iterable[DatedVersion], path_ids: Sequence[int], on: date
) -> DatedVersion | None:
    """A community uses the list of its county, else of its city, else of the province; of one division the latest begun.

    Where that one was ended, no older one of the division comes back: the division has none.
    """
    begun = [one for one in versions if one.valid_from is not None and one.valid_from <= on]
    for division_id in reversed(path_ids):
        own = [one for one in begun if one.division_id == division_id]
        newest = max(own, key=lambda one: (one.valid_from, one.id), default=None)
        if newest is not None and (newest.ends_on is None or newest.ends_on > on):
            return newest
    return None


# ------------------------------------------------------------------ may the next step be taken


def check_open(found: Stage) -> None:
    """Items and words are changed in a draft only: the government consented to what it read."""
    if found is not Stage.DRAFT:
        raise Refused(
            f"这份清单{found.name_zh}，内容不能再改。要改，{_instead(found)}。", code="catalogue_not_draft"
        )


def _instead(found: Stage) -> str:
    return "先退回起草" if found in {Stage.CONSENTED, Stage.FILED} else "起草新的一版"


def check_consent(
    found: Stage, is_local: bool, lacking: Sequence[Reason], approved_on: date, today: date
) -> None:
    """The government of the same level consented on that day."""
    _of_locality(is_local)
    if found is not Stage.DRAFT:
        raise Refused(f"这份清单{found.name_zh}，不用再登记同意。", code="catalogue_not_draft")
    if lacking:
        raise Refused("清单还不完整，请先补齐。", code="catalogue_incomplete", reasons=tuple(lacking))
    _not_later("approved_on", "同意日期", approved_on, today)


def check_filing(found: Stage, is_local: bool, approved_on: date | None, filed_on: date, today: date) -> None:
    """The list was filed with the provincial housing department, after the consent."""
    _of_locality(is_local)
    if found is not Stage.CONSENTED or approved_on is None:
        raise Refused("先登记本级政府同意，再登记备案。", code="catalogue_not_consented")
    _not_later("filed_on", "备案日期", filed_on, today)
    if filed_on < approved_on:
        raise _wrong("filed_on", f"备案日期不能早于政府同意的 {approved_on}。")


def check_force(
    found: Stage, *, is_local: bool, lacking: Sequence[Reason], valid_from: date, today: date
) -> None:
    """A local list needs consent and filing; the province's own only has to be whole. None begins in the past."""
    ready = Stage.FILED if is_local else Stage.DRAFT
    if found is not ready:
        raise Refused(_not_ready(found, is_local=is_local), code="catalogue_not_filed")
    if lacking:
        raise Refused("清单还不完整，请先补齐。", code="catalogue_incomplete", reasons=tuple(lacking))
    if valid_from < today:
        raise _wrong("valid_from", "生效日期不能早于今天。以前的事按当时的清单算。")


def _not_ready(found: Stage, *, is_local: bool) -> str:
    if found.is_settled or found is Stage.DISCARDED:
        return f"这份清单{found.name_zh}，不能再设生效日期。"
    return "先登记本级政府同意和省里备案，再生效。" if is_local else "省里的清单在起草中才能设生效日期。"


def check_return(found: Stage) -> None:
    """Back to the draft: consent or filing were refused after all, or something must be changed first."""
    if found not in {Stage.CONSENTED, Stage.FILED}:
        raise Refused(f"这份清单{found.name_zh}，不能退回起草。", code="catalogue_not_returnable")


def check_discard(found: Stage) -> None:
    if found.is_settled or found is Stage.DISCARDED:
        raise Refused(f"这份清单{found.name_zh}，不能作废。", code="catalogue_settled")


def check_end(found: Stage, *, is_local: bool, ends_on: date, already: date | None, today: date) -> None:
    """A local list is given up, so that the one above holds again. Never for days that are over."""
    if not is_local:
        raise Refused(
            "省里的清单上面没有别的清单，不能停用。要换，起草新的一版。", code="catalogue_of_province"
        )
    if found not in {Stage.COMING, Stage.IN_FORCE}:
        raise Refused(f"这份清单{found.name_zh}，不用停用。", code="catalogue_not_in_force")
    if already is not None:
        raise Refused(f"这份清单已经定了 {already} 起停用。", code="catalogue_ended")
    if ends_on < today:
        raise _wrong("ends_on", "停用日期不能早于今天。以前的事按当时的清单算。")


def _of_locality(is_local: bool) -> None:
    if not is_local:
        raise Refused(
            "省里的清单由省印发，不用同级同意和备案，直接设生效日期。", code="catalogue_of_province"
        )


def _not_later(field: str, name: str, day: date, today: date) -> None:
    if day > today:
        raise _wrong(field, f"{name}不能晚于今天。")


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, fields={field: [sentence]})
