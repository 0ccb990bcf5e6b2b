"""`flask staff …` at the server."""

from apiflask import APIFlask

from server.identity import queries
from server.kernel.chinatime import china_day
from tests.conftest import Clock
from tests.factories.ledger import make_community


def run(app: APIFlask, *words: str, typed: str = ""):
    return app.test_cli_runner().invoke(args=["staff", *words], input=typed)


def test_the_first_account_is_opened_and_given_its_place(app: APIFlask, clock: Clock):
    made = run(app, "create", "zhao.min", "--name", "赵敏", typed="初始的一句话 2026\n")
    assert made.exit_code == 0, made.output
    given = run(app, "grant", "zhao.min", "county_officer", "--division", "520102")
    assert "县（市、区）工作人员" in given.output
    staff = queries.staff_named("zhao.min")
    assert staff
    assert len(queries.at_desk(staff.id, china_day(clock.now)).grants) == 1
    assert run(app, "disable", "zhao.min", "--reason", "调离").exit_code == 0
    assert staff.disabled_at == clock.now


def test_what_does_not_go_is_said_in_a_sentence(app: APIFlask, clock: Clock):
    short = run(app, "create", "zhao.min", "--name", "赵敏", typed="短\n")
    assert (short.exit_code, "至少 10 个字符" in short.output) == (1, True)
    assert "没有这个账号" in run(app, "grant", "nobody", "clerk", "--community", "1").output
    run(app, "create", "zhao.min", "--name", "赵敏", typed="初始的一句话 2026\n")
    community = make_community()
    assert run(app, "grant", "zhao.min", "clerk", "--community", str(community.id)).exit_code == 0
    clash = run(app, "grant", "zhao.min", "reviewer", "--community", str(community.id))
    assert (clash.exit_code, "另一个人复核" in clash.output) == (1, True)
