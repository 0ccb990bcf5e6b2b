"""What the people of a flat are told, the words of roles and levels, and who has a whole number."""

from datetime import UTC, datetime

import pytest

from server.identity.rules import Level, Role
from server.identity.rules.privacy import NEWEST, TEXTS, privacy_notice
from server.identity.rules.proof import Candidate, owners_of_number
from server.identity.rules.words import dispute_decided, dispute_raised, owner_proven, request_decided

FLAT = "3 幢 2 单元 501"
OWNERS = [
    Candidate(1, "买买提·吐尔逊", "13900000001", None),
    Candidate(2, "王芳", "13900000001", None),
    Candidate(3, "王芳", "13900000002", None),
    Candidate(4, "李强", None, None),
]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        pytest.param({"number": "13900000001"}, [1, 2], id="all-of-the-number"),
        pytest.param({"number": "+8613900000001"}, [1, 2], id="with-its-country"),
        pytest.param({"number": "13900000001", "name": "王 芳"}, [2], id="of-the-name-too"),
        pytest.param({"number": "13900000009"}, [], id="nobody"),
        pytest.param({"number": "13900000002", "name": "李强"}, [], id="another-name"),
    ],
)
def test_owners_are_found_by_their_whole_number(asked: dict[str, str], found: list[int]):
    assert owners_of_number(OWNERS, **asked) == found


def test_who_was_proven_is_told_by_the_clock_of_china_and_with_what_to_do():
    subject, body = owner_proven(FLAT, "短信", datetime(2026, 3, 1, 17, 5, tzinfo=UTC))
    assert subject == f"{FLAT}：有人核实为业主"
    assert body.startswith("3 月 2 日 01:05，有人用“短信”核实为")
    assert "提出异议" in body


@pytest.mark.parametrize(
    ("told", "subject", "body"),
    [
        pytest.param(
            request_decided(FLAT, is_confirmed=True, reason=""),
            "确认了你是业主",
            "可以替这套房投票",
            id="yes",
        ),
        pytest.param(
            request_decided(FLAT, is_confirmed=False, reason="名字不对。"), "没有通过", "名字不对。", id="no"
        ),
        pytest.param(dispute_raised(FLAT, is_frozen=True), "提出异议", "核实前不能投票", id="frozen"),
        pytest.param(dispute_raised(FLAT, is_frozen=False), "提出异议", "照常有效", id="not-frozen"),
        pytest.param(
            dispute_decided(FLAT, is_upheld=True, answer="查过了。"),
            "有结论了",
            "已经解除。居委会说明：查过了。",
            id="upheld",
        ),
        pytest.param(
            dispute_decided(FLAT, is_upheld=False, answer="查过了。"),
            "有结论了",
            "恢复有效。居委会说明：查过了。",
            id="not-upheld",
        ),
    ],
)
def test_whatever_is_decided_names_the_flat_and_says_what_holds(
    told: tuple[str, str], subject: str, body: str
):
    assert told[0].startswith(f"{FLAT}：")
    assert subject in told[0]
    assert body in told[1]


def test_each_level_and_each_role_has_a_name_of_its_own():
    assert {level.value: level.name_zh for level in Level} == {"reached": "已送达住户", "owner": "已核实业主"}
    names = [role.name_zh for role in Role]
    assert all(names) and len(set(names)) == len(names)
    assert Role.CLERK.name_zh == "居委会经办人"
    assert Role.REVIEWER.name_zh == "居委会复核人"


@pytest.mark.parametrize(
    ("version", "text"),
    [
        pytest.param(NEWEST, NEWEST, id="the-newest"),
        pytest.param("贵阳 2027-3", NEWEST, id="a-divisions-own-number"),
        pytest.param("", NEWEST, id="no-number"),
        *[pytest.param(version, version, id=f"the-text-of-{version}") for version in TEXTS],
    ],
)
def test_a_privacy_notice_keeps_its_number_and_is_never_without_its_text(version: str, text: str):
    notice = privacy_notice(version)
    assert notice.version == version
    assert notice.sections == TEXTS[text]
    assert notice.summary


def test_a_privacy_notice_says_what_the_law_asks_it_to_say():
    # 个人信息保护法 17: who, why and on what ground, what, how long, how to make use of one's rights.
    assert [section.title for section in privacy_notice(NEWEST).sections] == [
        "谁在处理",
        "为什么、凭什么",
        "用到哪些信息",
        "谁能看到",
        "留多久",
        "怎么查看、更正、撤回",
        "不同意也可以",
    ]
    assert all(section.sentences for section in privacy_notice(NEWEST).sections)
