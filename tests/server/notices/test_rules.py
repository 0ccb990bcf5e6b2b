from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from server.kernel.chinatime import Period, WorkCalendar
from server.kernel.errors import Invalid, Problem, Refused
from server.notices.rules import (
    PERIOD_KEYS,
    Channel,
    Contact,
    Hanging,
    NoticeKind,
    check_objection,
    check_sheet,
    check_span,
    drawn_blocks,
    is_over,
    number_text,
    span,
    stands_final,
)

CALENDAR = WorkCalendar(
    {
        **{date(2026, 10, day): False for day in range(1, 8)},
        date(2026, 10, 10): True,  # a Saturday worked
        date(2026, 9, 20): True,  # a Sunday worked
    },
    frozenset({2026}),
)


@pytest.mark.parametrize(
    ("opens_on", "period", "last_on", "is_provisional"),
    [
        pytest.param(date(2026, 3, 2), Period(7), date(2026, 3, 9), False, id="the-first-day-is-not-counted"),
        pytest.param(
            date(2026, 3, 2), Period(5), date(2026, 3, 9), False, id="a-last-saturday-moves-to-monday"
        ),
        pytest.param(
            date(2026, 3, 2), Period(6), date(2026, 3, 9), False, id="a-last-sunday-moves-to-monday"
        ),
        pytest.param(
            date(2026, 9, 24), Period(7), date(2026, 10, 8), False, id="a-last-holiday-moves-past-all-of-it"
        ),
        pytest.param(
            date(2026, 10, 3), Period(7), date(2026, 10, 10), False, id="a-worked-saturday-ends-a-period"
        ),
        pytest.param(
            date(2026, 9, 13), Period(7), date(2026, 9, 20), False, id="a-worked-sunday-ends-a-period"
        ),
        pytest.param(
            date(2026, 9, 30),
            Period(5, True),
            date(2026, 10, 13),
            False,
            id="working-days-skip-holidays-and-count-调休",
        ),
        pytest.param(date(2026, 3, 2), Period(5, True), date(2026, 3, 9), False, id="five-working-days"),
        pytest.param(
            date(2026, 12, 24), Period(7), date(2026, 12, 31), False, id="ends-in-the-announced-year"
        ),
        pytest.param(
            date(2026, 12, 25), Period(7), date(2027, 1, 4), True, id="new-years-day-of-an-unannounced-year"
        ),
        pytest.param(
            date(2026, 12, 30), Period(1, True), date(2026, 12, 31), False, id="one-working-day-before-it"
        ),
        pytest.param(date(2026, 12, 30), Period(2, True), date(2027, 1, 4), True, id="the-second-lies-in-it"),
    ],
)
def test_a_period_is_counted_as_the_law_counts(
    opens_on: date, period: Period, last_on: date, is_provisional: bool
) -> None:
    found = span(opens_on, period, CALENDAR)
    assert (found.last_on, found.is_provisional) == (last_on, is_provisional)
    assert found.ends_at == datetime.combine(last_on, datetime.min.time(), UTC) + timedelta(hours=16)


ENDS = datetime(2026, 3, 9, 16, 0, tzinfo=UTC)  # 24:00 of 9 March in China
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("now", "over"),
    [
        pytest.param(ENDS - SECOND, False, id="the-last-second"),
        pytest.param(ENDS - timedelta(microseconds=1), False, id="the-last-microsecond"),
        pytest.param(ENDS, True, id="24:00"),
    ],
)
def test_a_period_is_over_at_24_00_of_its_last_day(now: datetime, over: bool) -> None:
    assert is_over(ENDS, now) is over


CONTACT = Contact("居委会值班室", "0851-85551234", "居委会一楼")
OPENS = date(2026, 3, 2)
BEGINS = datetime(2026, 3, 1, 16, 0, tzinfo=UTC)  # 00:00 of 2 March in China


def hanging(kind: NoticeKind = NoticeKind.DECISION, *, withdrawn_at: datetime | None = None) -> Hanging:
    return Hanging(kind, OPENS, ENDS, withdrawn_at, CONTACT)


@pytest.mark.parametrize(
    ("of", "raised_at", "code"),
    [
        pytest.param(hanging(), BEGINS, None, id="in-the-first-second"),
        pytest.param(hanging(), ENDS - SECOND, None, id="in-the-last-second"),
        pytest.param(hanging(), ENDS, "too_late", id="at-24:00"),
        pytest.param(hanging(), BEGINS - SECOND, "too_early", id="before-it-hangs"),
        pytest.param(
            hanging(withdrawn_at=BEGINS + SECOND),
            BEGINS + SECOND,
            "notice_withdrawn",
            id="once-it-was-taken-down",
        ),
        pytest.param(hanging(withdrawn_at=BEGINS + SECOND), BEGINS, None, id="a-second-before-that"),
        pytest.param(
            hanging(NoticeKind.BALLOT_ANNOUNCEMENT), BEGINS, "no_objections", id="an-announcement-informs"
        ),
        pytest.param(hanging(NoticeKind.GENERAL), BEGINS, None, id="a-general-notice"),
        pytest.param(hanging(NoticeKind.RESULT_PRELIMINARY), BEGINS, None, id="a-preliminary-result"),
    ],
)
def test_an_objection_is_taken_while_the_notice_hangs(
    of: Hanging, raised_at: datetime, code: str | None
) -> None:
    if code is None:
        check_objection(of, "工期太长", raised_at)
    else:
        with pytest.raises(Problem) as refused:
            check_objection(of, "工期太长", raised_at)
        assert refused.value.code == code


def test_whoever_is_late_is_told_where_to_go() -> None:
    with pytest.raises(Refused) as refused:
        check_objection(hanging(), "工期太长", ENDS)
    assert "居委会值班室" in refused.value.message
    assert "0851-85551234" in refused.value.message
    assert "人民法院" in refused.value.message


@pytest.mark.parametrize(
    ("kind", "is_sent"),
    [
        pytest.param(NoticeKind.DECISION, True, id="a-decision"),
        pytest.param(NoticeKind.RESULT_PRELIMINARY, False, id="a-count-on-which-nothing-is-decided-yet"),
        pytest.param(NoticeKind.SURVEY_RESULT, False, id="what-people-said-in-a-survey"),
        pytest.param(NoticeKind.GENERAL, False, id="what-the-office-wrote"),
    ],
)
def test_only_over_a_decision_an_owner_is_sent_to_court(kind: NoticeKind, *, is_sent: bool) -> None:
    with pytest.raises(Refused) as refused:
        check_objection(hanging(kind=kind), "数错了", ENDS)
    assert "居委会值班室" in refused.value.message
    assert refused.value.message.endswith("。")
    assert ("请求人民法院撤销" in refused.value.message) is is_sent


def test_an_objection_says_something() -> None:
    with pytest.raises(Invalid):
        check_objection(hanging(), "  ", BEGINS)


@pytest.mark.parametrize(
    ("is_withdrawn", "open_objections", "now", "codes"),
    [
        pytest.param(False, 0, ENDS, [], id="over-and-all-answered"),
        pytest.param(False, 0, ENDS - SECOND, ["period_runs"], id="the-last-second-still-runs"),
        pytest.param(False, 1, ENDS, ["objections_open"], id="over-with-an-open-objection"),
        pytest.param(False, 2, ENDS - SECOND, ["period_runs", "objections_open"], id="both"),
        pytest.param(True, 1, ENDS, ["notice_withdrawn"], id="withdrawn"),
    ],
)
def test_nothing_is_final_before_the_end_or_with_an_open_objection(
    is_withdrawn: bool, open_objections: int, now: datetime, codes: list[str]
) -> None:
    assert [reason.code for reason in stands_final(ENDS, is_withdrawn, open_objections, now)] == codes


def test_the_reason_names_the_day() -> None:
    assert stands_final(ENDS, False, 0, BEGINS)[0].message == "公示期到 3 月 9 日 24:00 才满。"


def test_a_notice_begins_today_or_later_and_hangs_long_enough() -> None:
    least = span(OPENS, Period(7), CALENDAR)
    check_span(least, least, OPENS)
    check_span(span(OPENS, Period(8), CALENDAR), least, OPENS)
    # Six days end on Sunday and move to the same Monday: not shorter.
    check_span(span(OPENS, Period(6), CALENDAR), least, OPENS)
    with pytest.raises(Refused, match="3 月 9 日"):
        check_span(span(OPENS, Period(4), CALENDAR), least, OPENS)
    with pytest.raises(Invalid):
        check_span(least, least, OPENS + timedelta(days=1))


TEXT = [{"kind": "text", "text": "屋顶要修。"}]


@pytest.mark.parametrize(
    ("title", "body", "contact", "issuer", "kind", "field"),
    [
        pytest.param("", TEXT, CONTACT, "居委会", NoticeKind.GENERAL, "title", id="no-title"),
        pytest.param("长" * 81, TEXT, CONTACT, "居委会", NoticeKind.GENERAL, "title", id="title-too-long"),
        pytest.param("事", [], CONTACT, "居委会", NoticeKind.GENERAL, "body", id="no-body"),
        pytest.param("事", TEXT, CONTACT, " ", NoticeKind.GENERAL, "issuer", id="no-issuer"),
        pytest.param(
            "事",
            TEXT,
            Contact("", "", ""),
            "居委会",
            NoticeKind.DECISION,
            "contact",
            id="nobody-to-object-to",
        ),
        pytest.param(
            "事",
            TEXT,
            Contact("居委会", "", ""),
            "居委会",
            NoticeKind.DECISION,
            "contact",
            id="no-way-to-object",
        ),
    ],
)
def test_a_notice_says_at_least_what_it_must(
    title: str, body: list[dict[str, Any]], contact: Contact, issuer: str, kind: NoticeKind, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        check_sheet(title, body, contact, issuer, kind)
    assert field in refused.value.fields


def test_an_announcement_needs_no_channel_for_objections() -> None:
    check_sheet("事", TEXT, Contact("", "", ""), "居委会", NoticeKind.BALLOT_ANNOUNCEMENT)


@pytest.mark.parametrize("block", [{"kind": "html", "text": "x"}, {"kind": "text"}, {"text": "x"}])
def test_only_known_blocks_can_hang(block: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="block"):
        check_sheet("事", [block], CONTACT, "居委会", NoticeKind.GENERAL)


def test_exact_numbers_come_back_exact() -> None:
    twin = {
        "kind": "twin_bar", "caption": "参与", "heads": [417, 703], "area": ["803.50", "1200.00"], "marks": ["2/3"],
    }  # fmt: skip
    choice = {
        "kind": "choice_bar", "caption": "同意", "heads_base": 417, "area_base": None,
        "choices": [{"word": "同意", "tone": "for", "heads": 300, "area_share": "18/25"}],
    }  # fmt: skip
    drawn = drawn_blocks([*TEXT, twin, choice])
    assert drawn[0] == TEXT[0]
    assert drawn[1]["area"] == [Decimal("803.50"), Decimal("1200.00")]
    assert drawn[1]["marks"] == [Fraction(2, 3)]
    assert drawn[2]["choices"][0]["area_share"] == Fraction(18, 25)
    assert drawn[2]["area_base"] is None


def test_numbers_read_as_on_paper() -> None:
    assert number_text(NoticeKind.DECISION, 2026, 3) == "公示〔2026〕3 号"
    assert number_text(NoticeKind.BALLOT_ANNOUNCEMENT, 2026, 1) == "公告〔2026〕1 号"


@pytest.mark.parametrize(
    ("kind", "head", "about", "takes_objections"),
    [
        pytest.param(NoticeKind.BALLOT_ANNOUNCEMENT, "公告", "表决公告", False, id="announcement"),
        pytest.param(NoticeKind.BALLOT_EXTENSION, "公告", "延期公告", False, id="extension"),
        pytest.param(NoticeKind.RESULT_PRELIMINARY, "公示", "初步结果公示", True, id="preliminary"),
        pytest.param(NoticeKind.DECISION, "公示", "改造决定公示", True, id="decision"),
        pytest.param(NoticeKind.SURVEY_RESULT, "公示", "调查结果公示", True, id="survey"),
        pytest.param(NoticeKind.GENERAL, "公示", "其他公示", True, id="general"),
    ],
)
def test_what_invites_objections_is_headed_otherwise_than_what_informs(
    kind: NoticeKind, head: str, about: str, takes_objections: bool
) -> None:
    assert (kind.name_zh, kind.about_zh, kind.takes_objections) == (head, about, takes_objections)


def test_every_kind_of_notice_has_its_words_and_its_period() -> None:
    assert PERIOD_KEYS.keys() == set(NoticeKind)
    assert len({kind.about_zh for kind in NoticeKind}) == len(NoticeKind)


def test_each_way_to_object_has_its_word() -> None:
    assert {channel.value: channel.name_zh for channel in Channel} == {
        "online": "手机",
        "paper": "书面",
        "phone": "电话",
        "in_person": "当面",
    }
