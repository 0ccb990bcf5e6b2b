"""改造一个、物业跟进一个 (黔建办函〔2020〕3 号): the steps from the works to whoever looks after them, in no fixed order."""

from collections.abc import Collection, Mapping
from datetime import date
from enum import StrEnum

from server.kernel.errors import Invalid, Refused


class HandoverStep(StrEnum):
    EARLY = "early"
    INSPECTION = "inspection"
    PAPERS = "papers"
    DEFECTS = "defects"
    ROOMS = "rooms"
    TOLD = "told"

    @property
    def name_zh(self) -> str:
        return {
            "early": "物业提前介入",
            "inspection": "共用部分查验",
            "papers": "移交图纸和保修资料",
            "defects": "查出的问题改完",
            "rooms": "物业用房和设施交接",
            "told": "告诉居民谁来管",
        }[self.value]

    @property
    def hint_zh(self) -> str:
        return {
            "early": "管理方完工前到场，知道改了什么、管线在哪里。",
            "inspection": "施工、居委会、管理方一起查，列出问题。",
            "papers": "竣工图、设备说明、保修书交给管理方，列清单签收。",
            "defects": "查验列的问题一条条改完，双方签字。",
            "rooms": "钥匙、用房、监控、门禁交给管理方。",
            "told": "贴出公告：谁来管、收多少、电话多少。",
        }[self.value]


class StepState(StrEnum):
    DONE = "done"
    REOPENED = "reopened"

    @property
    def name_zh(self) -> str:
        return {"done": "办好了", "reopened": "重新打开"}[self.value]


def check_step(
    state: StepState, *, before: StepState | None, done_on: date, words: str, has_picture: bool, today: date
) -> None:
    """Whether a step may be recorded so. Done rests on a paper or a picture; opened again on a reason."""
    if done_on > today:
        raise _wrong("done_on", "这一天还没有到。")
    if state is StepState.REOPENED and before is not StepState.DONE:
        raise Refused("这一步还没办好，不用重新打开。", code="step_not_done")
    if state is StepState.REOPENED and not words.strip():
        raise _wrong("words", "写上为什么重新打开。")
    if state is StepState.DONE and not words.strip() and not has_picture:
        raise _wrong("words", "写上依据的文件，或者传一张照片。")


def open_steps(states: Mapping[HandoverStep, StepState]) -> list[HandoverStep]:
    return [step for step in HandoverStep if states.get(step) is not StepState.DONE]


def progress(states: Mapping[HandoverStep, StepState]) -> tuple[int, int]:
    """How many are done, of how many."""
    return len(HandoverStep) - len(open_steps(states)), len(HandoverStep)


def handover_text(states: Mapping[HandoverStep, StepState]) -> str:
    left: Collection[HandoverStep] = open_steps(states)
    return "交接办完了" if not left else f"还有 {len(left)} 步：{'、'.join(one.name_zh for one in left)}"


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, fields={field: [sentence]})
