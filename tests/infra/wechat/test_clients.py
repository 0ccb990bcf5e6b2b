"""The real client over HTTP against the stand-in: what it sends, what it makes of each failure, how often it asks."""

import threading

import pytest
import sqlalchemy as sa

from server.infra.db import db, unit_of_work
from server.infra.wechat import (
    CredentialRefused,
    Limited,
    LoginCodeRefused,
    NotConfigured,
    PersonAbsent,
    PersonRefused,
    Rejected,
    Unreachable,
    WeChatError,
    mini_program,
    official_account,
    tokens,
    transport,
)
from server.infra.wechat.gateway import CheckScene, Finding, Verdict
from server.infra.wechat.sandbox import Fault, openid_of
from tests.wechat import LOGIN, MINI, OFFICIAL, SEND, STABLE

TICKET = "/cgi-bin/ticket/getticket"
DATA = {"thing1": "投票开始了", "date2": "2026年3月2日"}


def send(openid: str = "o1") -> str:
    return mini_program().send_subscribe(openid, "T1", DATA, "pages/home/home")


def test_a_house_without_accounts_says_so(app):
    for ask in (mini_program, official_account):
        with pytest.raises(NotConfigured):
            ask()


def test_each_call_does_what_its_page_says(wechat):
    mini = mini_program()
    who = mini.identity_of("code-wang-1")
    assert who.openid == openid_of(MINI, "wang")
    assert who.unionid
    assert mini.phone_of("code-wang-13800000001") == "13800000001"
    assert mini.code_image("s=1", "pages/scan/scan").startswith(b"\x89PNG")
    assert send(who.openid).isdigit()
    assert wechat.state.sent[0]["data"] == {name: {"value": value} for name, value in DATA.items()}
    assert mini.check_text(who.openid, "小区的树", CheckScene.COMMENT) == Finding(Verdict.PASS, 100)
    assert mini.check_text(who.openid, "好" * 2500 + "加微信", CheckScene.COMMENT) == Finding(
        Verdict.REVIEW, 20001
    )
    assert mini.check_text(who.openid, "赌博", CheckScene.COMMENT) == Finding(Verdict.RISKY, 20006)
    assert mini.check_media(who.openid, "https://x.test/a.jpg", CheckScene.COMMENT)
    assert mini.url_link("pages/home/home", "").startswith("https://")
    assert wechat.asked(STABLE) == 1


def test_the_official_account_signs_in_signs_pages_and_sends(wechat):
    official = official_account()
    address = official.authorize_url("http://xiangyi.test/wechat/back", "abc")
    assert address.startswith(f"{wechat.url}/connect/oauth2/authorize?appid={OFFICIAL}&")
    assert "scope=snsapi_base&state=abc" in address
    assert official.identity_of("code-li-1").openid == openid_of(OFFICIAL, "li")
    first, second = (official.script_config("http://xiangyi.test/x#part") for _ in range(2))
    assert (first.appid, len(first.signature)) == (OFFICIAL, 40)
    assert first.nonce != second.nonce
    assert official.send_template("o1", "T", {"thing1": "一"}, "http://xiangyi.test/")
    assert (wechat.asked(TICKET), wechat.asked(STABLE)) == (1, 1)


def test_signing_in_carries_no_token(wechat):
    mini_program().identity_of("code-wang-1")
    assert wechat.asked(LOGIN) == 1
    assert wechat.asked(STABLE) == 0


def test_a_used_code_and_a_wrong_one_are_told_apart_from_troubles(wechat):
    mini_program().identity_of("code-wang-1")
    for code, number in (("code-wang-1", 40163), ("nonsense", 40029)):
        with pytest.raises(LoginCodeRefused) as refused:
            mini_program().identity_of(code)
        assert refused.value.code == number


FAILURES = [
    pytest.param(Fault.RATE_LIMIT, Limited, 45009, id="the quota is used up"),
    pytest.param(Fault.BUSY, Unreachable, -1, id="WeChat is busy"),
    pytest.param(Fault.REFUSED, PersonRefused, 43101, id="the person takes none"),
    pytest.param(Fault.SERVER_ERROR, Unreachable, 502, id="a broken gateway"),
    pytest.param(Fault.MALFORMED, Unreachable, 0, id="half an answer"),
    pytest.param(Fault.TIME_OUT, Unreachable, 0, id="no answer"),
    pytest.param(Fault.SLOW, Unreachable, 0, id="an answer too late"),
    pytest.param(Fault.TOKEN, CredentialRefused, 40001, id="a token never taken"),
]


@pytest.mark.parametrize(("fault", "error", "code"), FAILURES)
def test_every_failure_is_one_of_our_words_with_wechats_code(wechat, fault, error, code):
    send()
    wechat.fails(fault, SEND)
    with pytest.raises(error) as raised:
        send()
    assert raised.value.code == code
    assert (raised.value.__cause__, raised.value.__context__) == (None, None)
    wechat.heals()
    assert send()


def test_a_server_that_is_not_there_is_unreachable(wechat):
    mini = mini_program()
    mini._client._http = transport.session("http://127.0.0.1:1")
    with pytest.raises(Unreachable):
        mini.identity_of("code-wang-1")


def test_a_stale_token_is_renewed_once_and_the_call_made_again(wechat):
    send()
    wechat.fails(Fault.TOKEN, SEND, times=1)
    assert send()
    assert (wechat.asked(STABLE), wechat.asked(SEND)) == (2, 3)


def test_a_token_that_is_never_taken_costs_two_calls_and_one_token(wechat):
    wechat.fails(Fault.TOKEN, SEND)
    for _ in range(20):
        with pytest.raises(CredentialRefused):
            send()
    # The first brings a token and one by force; the second hears that WeChat has no other, and the rest ask no more.
    assert wechat.asked(STABLE) == 3
    assert wechat.asked(SEND) == 21


def test_processes_share_one_token(wechat):
    for _ in range(4):
        send()
        wechat.another_process()
    assert wechat.asked(STABLE) == 1


def at_once(app, count: int) -> list[Exception]:
    """So many threads send in the same moment. Returns what was raised."""
    failures: list[Exception] = []
    begin = threading.Barrier(count)

    def one() -> None:
        with app.app_context():
            begin.wait()
            try:
                send()
            except Exception as error:
                failures.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=one) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


def test_many_at_once_fetch_one_token(wechat):
    assert at_once(wechat.app, 8) == []
    assert wechat.asked(STABLE) == 1


def test_many_at_once_whose_token_is_stale_bring_one_and_all_go_on_with_it(wechat):
    send()
    for number in range(2, 8):
        restart(wechat, may_force=True)
        assert at_once(wechat.app, 8) == []
        assert wechat.asked(STABLE) == number


def restart(wechat, *, may_force: bool = False) -> None:
    """WeChat knows our token no more, and refuses it with 40001."""
    wechat.state.stable.clear()
    if may_force:
        with unit_of_work():
            db.session.execute(sa.update(tokens.WeChatToken).values(forced_at=None))


def test_who_saw_the_lease_free_takes_it_from_nobody_who_took_it_meanwhile(wechat):
    send()
    name = f"{MINI}:token"
    seen = tokens._row(name)
    assert tokens._take_lease(name, seen)
    assert tokens._take_lease(name, seen) is None


def test_a_token_whose_lease_was_lost_is_not_used(wechat):
    """Who took the lease meanwhile may have ended it: what is in force is looked up instead."""
    send()
    name, begun = f"{MINI}:token", []

    def slow(_is_forced: bool) -> tokens.Fresh:
        begun.append(1)
        if len(begun) == 1:
            with unit_of_work():
                db.session.execute(sa.update(tokens.WeChatToken).values(lease="other", value="theirs"))
        return tokens.Fresh("ours", 7200)

    used = tokens._row(name)
    assert tokens.token(name, slow, refused=used.value) == "theirs"
    assert len(begun) == 1


def test_a_token_refused_again_soon_is_looked_up_and_not_forced(wechat):
    """Somebody else forced one, or the stand-in started twice: WeChat has a good one and gives it."""
    send()
    for _ in range(3):
        restart(wechat)
        assert send()
    forced = []
    tokens.token(f"{MINI}:other", lambda _f: tokens.Fresh("first", 7200))
    for refused, brought in (("first", "second"), ("second", "third")):
        found = tokens.token(
            f"{MINI}:other",
            lambda is_forced, brought=brought: forced.append(is_forced) or tokens.Fresh(brought, 7200),
            refused=refused,
        )
        assert found == brought
    assert forced == [True, False]


def test_a_token_that_cannot_be_had_is_not_asked_for_again_at_once(wechat):
    wechat.fails(Fault.RATE_LIMIT, STABLE)
    for _ in range(10):
        with pytest.raises(Limited):
            send()
    assert wechat.asked(STABLE) == 1


def test_a_process_that_died_while_fetching_keeps_nobody_waiting_for_long(wechat, monkeypatch):
    monkeypatch.setattr(tokens, "LEASE", tokens.timedelta(seconds=0.3))
    monkeypatch.setattr(tokens, "WAIT_SECONDS", 3.0)
    with unit_of_work():
        until = tokens._now() + tokens.LEASE
        db.session.add(tokens.WeChatToken(name=f"{MINI}:token", lease="dead", leased_until=until))
    assert send()
    assert wechat.asked(STABLE) == 1


def test_tokens_lie_sealed(wechat):
    send()
    held = db.session.execute(sa.text("SELECT value FROM wechat_tokens")).scalar_one()
    value = tokens.token(f"{MINI}:token", lambda _forced: pytest.fail("it is there"))
    assert value.encode() not in bytes(held)


def test_wechat_is_not_called_while_we_hold_a_transaction(wechat):
    with unit_of_work(), pytest.raises(RuntimeError):
        mini_program().identity_of("code-wang-1")
    assert wechat.asked(LOGIN) == 0


def test_a_scene_too_long_is_our_own_mistake(wechat):
    with pytest.raises(ValueError, match="32"):
        mini_program().code_image("x" * 33, "pages/scan/scan")


def test_what_is_not_in_form_is_rejected_for_good(wechat):
    with pytest.raises(Rejected) as rejected:
        mini_program().send_subscribe("o1", "T1", {"thing1": "长" * 21}, "")
    assert rejected.value.code == 47003
    assert not rejected.value.is_passing
    assert issubclass(Rejected, WeChatError)


def test_words_of_someone_who_was_not_in_the_mini_program_lately_cannot_be_checked(wechat):
    with pytest.raises(PersonAbsent) as absent:
        mini_program().check_text("o-long-ago", "小区的树", CheckScene.COMMENT)
    assert absent.value.code == 61010
    assert not absent.value.is_passing
