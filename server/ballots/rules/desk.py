"""The paper desk: how marks on paper become choices, for which faults a vote is void, and who may review."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from server.ballots.rules.casting import AskedMotion
from server.ballots.rules.drafting import choice_name
from server.ballots.rules.marks import CHOICE_KEYS, MARK_KEYS, MOST_OPTIONS, Mark
from server.kernel.errors import Invalid, Refused


class Fault(StrEnum):
    """For what a reviewer may declare a vote void. Nothing else is a reason."""

    UNSIGNED = "unsigned"
    NOT_THE_OWNER = "not_the_owner"
    NOT_GENUINE = "not_genuine"
    ENTRY_WRONG = "entry_wrong"
    NO_EVIDENCE = "no_evidence"
    NO_AUTHORITY = "no_authority"
    PRESSURED = "pressured"
    REPRESENTATIVE = "representative"

    @property
    def name_zh(self) -> str:
        return FAULT_NAMES[self]


FAULT_NAMES = {
    Fault.UNSIGNED: "没有签名",
    Fault.NOT_THE_OWNER: "签名的不是业主",
    Fault.NOT_GENUINE: "不是发出的那张票，或有涂改",
    Fault.ENTRY_WRONG: "录入和纸票不一致，退回重录",
    Fault.NO_EVIDENCE: "没有照片或照片看不清",
    Fault.NO_AUTHORITY: "代投没有书面委托，或委托超出范围",
    Fault.PRESSURED: "经核实不是本人意愿",
    Fault.REPRESENTATIVE: "登记的代表人已投票，以代表人的为准",
}
#: The house itself records this one; no reviewer chooses it.
BY_REVIEWER = tuple(fault for fault in Fault if fault is not Fault.REPRESENTATIVE)


@dataclass(frozen=True)
class Keyed:
    """What a clerk or a reviewer read from one paper."""

    choices: dict[str, str]
    #: Motions whose mark was no plain choice: motion -> mark.
    marks: dict[str, str]


def keyed(asked: Sequence[AskedMotion], read: Mapping[str, str]) -> Keyed:
    """Turn what was keyed into choices: an unmarked motion is blank, and every odd mark abstains."""
    unknown = set(read) - {motion.key for motion in asked}
    if unknown:
        raise Invalid(
            "有的事项不在这张票上。", fields={key: ["这次投票没有这一项。"] for key in sorted(unknown)}
        )
    choices: dict[str, str] = {}
    marks: dict[str, str] = {}
    wrong: dict[str, list[str]] = {}
    for motion in asked:
        answer = read.get(motion.key) or Mark.BLANK.value
        if answer in motion.choices:
            choices[motion.key] = answer
        elif answer in set(Mark):
            choices[motion.key] = "abstain"
            marks[motion.key] = str(answer)
        else:
            wrong[motion.key] = ["没有这个选项。"]
    if wrong:
        raise Invalid("有的事项录得不对，请看标出的地方。", fields=wrong)
    return Keyed(choices, marks)


def _choice_keys(motion: AskedMotion) -> dict[str, str]:
    """What each key stands for.

    A motion announced before options were limited may have more than there are keys: the first have theirs, and so has the
    last choice, which is to abstain.
    """
    choices = motion.choices
    if len(choices) > len(CHOICE_KEYS):
        choices = (*choices[:MOST_OPTIONS], choices[-1])
    return dict(zip(CHOICE_KEYS[: len(choices)], choices, strict=True))


def key_legend(motion: AskedMotion) -> list[tuple[str, str]]:
    """The keys of one motion and what each stands for."""
    return [
        *((sign, choice_name(choice)) for sign, choice in _choice_keys(motion).items()),
        *((sign, mark.name_zh) for sign, mark in MARK_KEYS.items()),
    ]


def read_keys(asked: Sequence[AskedMotion], typed: str) -> dict[str, str]:
    """One key a motion, in order: what was read from a paper. Raises Invalid where a key is missing or unknown."""
    signs = [sign for sign in unicodedata.normalize("NFKC", typed).upper() if not sign.isspace()]
    if len(signs) != len(asked):
        sentence = f"这张票有 {len(asked)} 项，要按 {len(asked)} 个键，现在是 {len(signs)} 个。"
        raise Invalid(sentence, fields={"marks": [sentence]})
    read: dict[str, str] = {}
    for number, (motion, sign) in enumerate(zip(asked, signs, strict=True), 1):
        answer = _choice_keys(motion).get(sign) or MARK_KEYS.get(sign)
        if answer is None:
            sentence = f"第 {number} 项没有“{sign}”这个键。"
            raise Invalid(sentence, fields={"marks": [sentence]})
        read[motion.key] = str(answer)
    return read


def received(typed: datetime, opened_at: datetime) -> datetime:
    """When a paper came back. A clerk writes minutes: what came in the minute of the opening came after it."""
    return opened_at if typed == opened_at.replace(second=0, microsecond=0) else typed


def check_received(received_at: datetime, opened_at: datetime, closing_at: datetime, now: datetime) -> None:
    """A paper counts by when it was received, not by when it is keyed."""
    if received_at < opened_at:
        raise Refused("收到的时间在投票开始之前，这张票不能算。", code="received_before_opening")
    if received_at >= closing_at:
        raise Refused("收到的时间已经过了截止，这张票不能算。", code="received_too_late")
    if received_at > now:
        raise Invalid("收到的时间还没到。请检查日期。", fields={"received_at": ["不能晚于现在。"]})


def check_reviewer(reviewer: str, entered_by: Sequence[str]) -> None:
    """Whoever entered does not review."""
    if reviewer in entered_by:
        raise Refused("这张票是你录的，要由另一个人复核。", code="own_entry")
