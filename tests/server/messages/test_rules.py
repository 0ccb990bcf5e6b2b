import pytest

from server.messages.rules import LONGEST_BODY, LONGEST_SUBJECT, Recipient, RecipientKind, wording


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        pytest.param("3 月 31 日 18:00 截止", "3 月 31 日 18:00 截止", id="dates-stay"),
        pytest.param("打 0851-85551234", "打 0851-85551234", id="an-offices-line-stays"),
        pytest.param("打 13812345678", "打 （号码略）", id="a-mobile-goes"),
        pytest.param("编号 113812345678", "编号 113812345678", id="a-longer-number-is-no-mobile"),
        pytest.param("52010219491231002X 的", "（证件号略） 的", id="an-identity-number-goes"),
        pytest.param("张三520102194912310021", "张三（证件号略）", id="an-identity-number-among-words-goes"),
    ],
)
def test_personal_numbers_never_stand_in_a_message(text: str, kept: str) -> None:
    assert wording(text, text, "").subject == kept
    assert wording("事", text, "").body == kept


def test_long_words_are_cut_with_a_mark() -> None:
    kept = wording("长" * 81, "文" * 1001, "")
    assert kept.subject == "长" * (LONGEST_SUBJECT - 1) + "…"
    assert len(kept.body) == LONGEST_BODY
    assert wording("长" * 80, "", "").subject == "长" * 80


@pytest.mark.parametrize("link", ["", "/", "/ballots/7", "/admin/communities/3/ballots/7?tab=1#x"])
def test_links_lead_to_our_own_pages(link: str) -> None:
    assert wording("事", "", link).link == link


@pytest.mark.parametrize(
    "link", ["https://example.com/", "//example.com", "/\\example.com", "ballots/7", "/a b"]
)
def test_links_elsewhere_are_refused(link: str) -> None:
    with pytest.raises(ValueError, match="platform"):
        wording("事", "", link)


def test_a_message_needs_a_subject() -> None:
    with pytest.raises(ValueError, match="subject"):
        wording("  ", "", "")


def test_recipients_of_each_kind_are_apart() -> None:
    one = {Recipient.resident(1), Recipient.staff(1), Recipient.flat(1), Recipient.flat(1)}
    assert {who.kind for who in one} == set(RecipientKind)
    assert len(one) == 3
