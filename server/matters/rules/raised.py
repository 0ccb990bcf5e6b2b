"""What is raised, by whom, until when it is owed an answer, and where it stands."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from server.kernel.errors import Invalid, Refused

LONGEST_TITLE = 60
LONGEST_TEXT = 1000
LONGEST_ANSWER = 2000
MOST_PHOTOS = 4


class Kind(StrEnum):
    SUGGESTION = "suggestion"
    QUESTION = "question"
    REQUEST = "request"

    @property
    def name_zh(self) -> str:
        return {"suggestion": "建议", "question": "问题", "request": "诉求"}[self.value]

    @property
    def hint_zh(self) -> str:
        return {
            "suggestion": "小区可以怎么做得更好",
            "question": "想弄清楚一件事",
            "request": "要有人来办的事",
        }[self.value]


class Voice(StrEnum):
    """Who raises it; never which person."""

    RESIDENT = "resident"
    COMMITTEE = "committee"
    COMPANY = "company"

    @property
    def name_zh(self) -> str:
        return {"resident": "居民", "committee": "居委会、业委会", "company": "物业公司"}[self.value]


class State(StrEnum):
    WAITING = "waiting"
    LATE = "late"
    ANSWERED = "answered"
    TO_MEET = "to_meet"
    MET = "met"
    RESOLVED = "resolved"
    MERGED = "merged"

    @property
    def name_zh(self) -> str:
        return {
            "waiting": "等答复",
            "late": "逾期没答复",
            "answered": "答复了",
            "to_meet": "要上会",
            "met": "开会议过",
            "resolved": "定下来了",
            "merged": "并到别的事",
        }[self.value]

    @property
    def tone(self) -> str:
        return {
            "waiting": "wait",
            "late": "stop",
            "answered": "go",
            "to_meet": "info",
            "met": "info",
            "resolved": "go",
            "merged": "quiet",
        }[self.value]

    @property
    def is_owed(self) -> bool:
        """Nobody has answered it, and no announced meeting is still to speak of it or has minutes of what it said."""
        return self in {State.WAITING, State.LATE}


@dataclass(frozen=True)
class Facts:
    """What a matter's state follows from."""

    due_at: datetime
    is_answered: bool = False
    is_merged: bool = False
    #: On the agenda of a meeting that was announced and not called off; of one in preparation nobody knows.
    #: Of an announced meeting that is still to come: one that is over without minutes has answered nobody.
    is_on_agenda: bool = False
    #: Of one whose minutes are written.
    is_minuted: bool = False
    has_resolution: bool = False


def check_photos(count: int) -> None:
    if count > MOST_PHOTOS:
        sentence = f"一件事最多 {MOST_PHOTOS} 张照片。"
        raise Invalid(sentence, fields={"photo": [sentence]})


def state_of(facts: Facts, now: datetime) -> State:
    """The furthest that was done for it. The due instant itself is late already: 24:00 of the last day is over."""
    reached = (
        (facts.is_merged, State.MERGED),
        (facts.has_resolution, State.RESOLVED),
        (facts.is_minuted, State.MET),
        (facts.is_on_agenda, State.TO_MEET),
        (facts.is_answered, State.ANSWERED),
    )
    for is_so, state in reached:
        if is_so:
            return state
    return State.LATE if now >= facts.due_at else State.WAITING


def checked_matter(title: str, text: str) -> tuple[str, str]:
    """As they are kept. Raises Invalid."""
    kept, words = " ".join(title.split()), text.strip()
    if not kept:
        raise _wrong("title", "用一句话写是什么事。")
    if len(kept) > LONGEST_TITLE:
        raise _wrong("title", f"这一句最多 {LONGEST_TITLE} 个字，细节写在下面。")
    if not words:
        raise _wrong("text", "写清楚在哪里、怎么回事、你希望怎么办。")
    if len(words) > LONGEST_TEXT:
        raise _wrong("text", f"最多 {LONGEST_TEXT} 个字，现在有 {len(words)} 个。")
    return kept, words


def put_together(title: str, text: str) -> str:
    """What is put forward to be looked at: one text, its first line the title."""
    return f"{title}\n{text}"


def taken_apart(text: str) -> tuple[str, str]:
    """The same back, with words struck out where they were."""
    title, _, words = text.partition("\n")
    return title, words


def check_answer(text: str, state: State) -> str:
    """Whether it may be answered: always, but where it was merged: there the answer stands."""
    kept = text.strip()
    if state is State.MERGED:
        raise Refused("这件事已经并到别的事。请到那里答复。", code="matter_merged")
    if not kept:
        raise _wrong("text", "写上答复，提的人会看到。")
    if len(kept) > LONGEST_ANSWER:
        raise _wrong("text", f"最多 {LONGEST_ANSWER} 个字，现在有 {len(kept)} 个。")
    return kept


def check_support(*, is_own: bool, is_public: bool, state: State) -> None:
    """Whether a home may support it: what others may read, and is not its own."""
    if is_own:
        raise Refused("这是你家提的，已经算在里面了。", code="own_matter")
    if not is_public:
        raise Refused("这件事还没有公开，公开以后才能支持。", code="matter_not_public")
    if state is State.MERGED:
        raise Refused("这件事已经并到别的事。请到那里支持。", code="matter_merged")


def check_merge(
    matter_id: int,
    into_id: int,
    *,
    states: tuple[State, State],
    dues: tuple[datetime, datetime],
    has_merged: bool,
    reason: str,
) -> None:
    """Whether one may be merged into another: one step only, so that nobody is led from page to page; and where both are
    owed an answer only into the one that is due no later, for whoever raised the other was promised its day.
    """
    own, other = states
    if matter_id == into_id:
        raise Refused("不能并到自己。", code="merged_into_itself")
    if own is State.MERGED:
        raise Refused("这件事已经并过了。", code="matter_merged")
    if other is State.MERGED:
        raise Refused("那件事自己也并到别处了。请选最后那一件。", code="target_merged")
    if has_merged:
        raise Refused("有别的事并到了这一件。请反过来，把那一件并到这里。", code="has_merged")
    if own.is_owed and other.is_owed and dues[1] > dues[0]:
        raise Refused(
            "那件事答应答复的日子更晚。请把那一件并到这里，或者先答复这一件再并。", code="target_due_later"
        )
    if not reason.strip():
        raise _wrong("reason", "写上为什么并，提的人会看到。")


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, fields={field: [sentence]})
