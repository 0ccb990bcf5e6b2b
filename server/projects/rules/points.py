"""The punch list and the patrols: what residents find, who puts it right, and who looks whether it is right."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from server.kernel.errors import Conflict, Invalid, Refused

LONGEST_PLACE = 80
LONGEST_WORDS = 500


class PointAct(StrEnum):
    #: The contractor says that it is put right.
    WORKED_OFF = "worked_off"
    #: Somebody else looked, and it is.
    PASSED = "passed"
    #: Somebody else looked, and it is not.
    SENT_BACK = "sent_back"
    #: It is no fault of these works; the reason is read by whoever raised it.
    DECLINED = "declined"

    @property
    def name_zh(self) -> str:
        return {
            "worked_off": "改好了",
            "passed": "查过，合格",
            "sent_back": "查过，没改好",
            "declined": "不属于整改",
        }[self.value]


class PointState(StrEnum):
    OPEN = "open"
    WORKED_OFF = "worked_off"
    PASSED = "passed"
    DECLINED = "declined"

    @property
    def name_zh(self) -> str:
        return {
            "open": "等整改",
            "worked_off": "改了，等人查",
            "passed": "查过，合格",
            "declined": "不属于整改",
        }[self.value]

    @property
    def tone(self) -> str:
        return {"open": "stop", "worked_off": "wait", "passed": "go", "declined": "quiet"}[self.value]

    @property
    def is_open(self) -> bool:
        """Whether it keeps the works from being complete."""
        return self in {PointState.OPEN, PointState.WORKED_OFF}


_AFTER = {
    PointAct.WORKED_OFF: PointState.WORKED_OFF,
    PointAct.PASSED: PointState.PASSED,
    PointAct.SENT_BACK: PointState.OPEN,
    PointAct.DECLINED: PointState.DECLINED,
}


def point_state(acts: Sequence[PointAct]) -> PointState:
    return _AFTER[acts[-1]] if acts else PointState.OPEN


def check_point(place: str, words: str) -> None:
    fields: dict[str, list[str]] = {}
    if not place.strip():
        fields["place"] = ["写在哪里，例如“2 单元三楼楼道”。"]
    if not words.strip():
        fields["words"] = ["写哪里不对。"]
    if fields:
        raise Invalid("还差一点，补上再提交。", fields=fields)


def check_point_act(
    act: PointAct,
    state: PointState,
    *,
    words: str,
    raised_by: str,
    worked_off_by: Sequence[str],
    actor_key: str,
) -> None:
    """Whether this may be said of a point. Whoever ever worked on it does not look whether it is right; whoever raised
    it does not decline it."""
    if not state.is_open:
        raise Conflict("这一处已经了结。刷新页面看结果。", code="point_closed")
    if act is PointAct.WORKED_OFF and state is PointState.WORKED_OFF:
        raise Conflict("已经填过改好了，正等别人来查。", code="point_worked_off")
    if act in {PointAct.PASSED, PointAct.SENT_BACK}:
        if state is not PointState.WORKED_OFF:
            raise Refused("施工单位还没有说改好，先不用查。", code="point_not_worked_off")
        if actor_key in worked_off_by:
            raise Refused("谁改的，不能由谁来查。请住户或居委会的人查。", code="same_person")
    if act is PointAct.DECLINED and actor_key in {raised_by, *worked_off_by}:
        raise Refused("要由另一个人来认定。", code="same_person")
    if act in {PointAct.SENT_BACK, PointAct.DECLINED} and not words.strip():
        sentence = "写清楚为什么，提的人和改的人都会看到。"
        raise Invalid(sentence, fields={"words": [sentence]})


class Mark(StrEnum):
    """What a supervisor says of one line of the checklist."""

    GOOD = "good"
    BAD = "bad"
    UNSEEN = "unseen"

    @property
    def name_zh(self) -> str:
        return {"good": "合格", "bad": "不合格", "unseen": "没看到"}[self.value]


def check_patrol(
    checklist: Sequence[str], marks: Mapping[str, Mark], place: str, *, pictures: int
) -> list[dict[str, str]]:
    """What was seen, line by line in the order of the checklist. Every line needs its mark, and one must have been seen."""
    if not place.strip():
        raise _wrong("place", "写走到了哪里，例如“3 栋楼顶”。")
    lacking = [line for line in checklist if line not in marks]
    if lacking:
        raise _wrong("marks", f"还有 {len(lacking)} 条没有选：{lacking[0]}。没看到的选“没看到”。")
    if not any(marks[line] is not Mark.UNSEEN for line in checklist):
        raise _wrong("marks", "一条都没看到，不用交。")
    if not pictures:
        raise _wrong("photo", "至少拍一张现场的照片。")
    return [{"text": line, "mark": marks[line].value} for line in checklist]


def bad_lines(answers: Sequence[Mapping[str, str]]) -> list[str]:
    """What goes on the punch list at once."""
    return [one["text"] for one in answers if one["mark"] == Mark.BAD]


def told(answers: Sequence[Mapping[str, str]]) -> tuple[str, str]:
    """What a patrol comes to, in words with their tone. Of a line that nobody saw it is not said that it is right."""
    bad, unseen = (sum(one["mark"] == mark for one in answers) for mark in (Mark.BAD, Mark.UNSEEN))
    if bad:
        return f"{bad} 条不合格", "stop"
    return (f"看到的都合格，{unseen} 条没看到" if unseen else "都合格"), "go"


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, fields={field: [sentence]})
