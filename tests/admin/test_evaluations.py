"""Judging on the desk: who is silent and never how anyone answered, papers by two people, results once a round is over."""

import re
from collections.abc import Callable
from functools import partial
from itertools import product

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from server.evaluations import queries
from server.evaluations.rules.answering import Said
from server.evaluations.rules.words import Aspect, ItemMark, Mark, State
from server.identity.rules import Role
from server.infra.db import db
from server.ledger.models import Community
from tests.admin.forms import post_form
from tests.conftest import Clock
from tests.factories.divisions import get_division
from tests.factories.evaluations import DURING, OVER, SECOND, SECOND_OVER, enter, follow, give, make_rounds
from tests.factories.identity import make_resident, make_staff, sign_in_staff, staff_actor
from tests.factories.ledger import household_of, make_community, make_flat, make_small_community
from tests.factories.policies import make_policy

#: What no page of the desk may show while a round runs.
TOLD = ("不满意", "没做", "路灯还没装")


@pytest.fixture
def panel(client: FlaskClient, clock: Clock):
    """A community of three flats in its first round, and its clerk at the desk."""
    community, flats = make_small_community(3)
    of = make_rounds(community)[0]
    sign_in_staff(client, make_staff(Role.CLERK, community=community))
    clock.set(DURING)
    return of, flats


def base(of) -> str:
    return f"/admin/communities/{of.community_id}/evaluations"


def key_in(client: FlaskClient, of, flat, **form):
    household_id = household_of(flat).id
    page = f"{base(of)}/{of.id}/papers/new?household={household_id}"
    return post_form(client, page, f"{base(of)}/{of.id}/papers", {"household_id": household_id, **form})


def community_of(of) -> Community:
    found = db.session.get(Community, of.community_id)
    assert found is not None
    return found


def test_an_empty_list_says_what_comes_here(client, clock):
    community, _ = make_small_community(1)
    sign_in_staff(client, make_staff(Role.CLERK, community=community))
    page = client.get(f"/admin/communities/{community.id}/evaluations").text
    assert "还没有开始评" in page


def test_while_a_round_runs_the_desk_sees_who_is_silent_and_never_how_anyone_answered(client, panel):
    of, flats = panel
    said = Said(Mark.POOR, {Aspect.QUALITY: Mark.POOR}, {"B-01": ItemMark.NOT_DONE}, words="路灯还没装")
    give(of, flats[0], said)
    for path in ("", f"/{of.id}", f"/{of.id}/missing"):
        page = client.get(base(of) + path).text
        assert not [word for word in TOLD if word in page]
    assert "1 / 3 户" in client.get(f"{base(of)}/{of.id}").text
    page = client.get(f"{base(of)}/{of.id}/missing").text
    assert "1 栋 1 单元 101" not in page
    assert "1 栋 1 单元 102" in page


def test_a_paper_is_keyed_in_and_counts_once_another_person_looked_at_it(client, panel):
    of, flats = panel
    answer = key_in(client, of, flats[1], overall="poor", quality="fair", **{"item.B-01": "not_done"})
    assert answer.status_code == 302
    assert queries.state_in(of.id, household_of(flats[1]).id) is State.WAITING
    assert "代填的等复核" in client.get(f"{base(of)}/{of.id}/missing").text
    paper = queries.papers(of)[0]
    assert paper.answer.said.items == {"B-01": ItemMark.NOT_DONE}

    community_id = of.community_id
    second = make_staff(Role.REVIEWER, community=community_of(of))
    sign_in_staff(client, second)
    today = client.get(f"/admin/communities/{community_id}/today").text
    assert re.search(r"代填的评价待复核</span><span class=\"stat-value\">1<", today)
    page = f"{base(of)}/{of.id}/papers/{paper.answer.id}"
    assert "不满意" in client.get(page).text
    listed = client.get(f"{base(of)}/{of.id}/papers").text
    assert "不满意" not in listed
    wrong = post_form(client, page, f"{page}/review", {"is_accepted": "false"})
    assert wrong.status_code == 422
    assert "写上为什么退回" in wrong.text
    assert post_form(client, page, f"{page}/review", {"is_accepted": "true"}).status_code == 302
    assert queries.state_in(of.id, household_of(flats[1]).id) is State.BY_STAFF
    # What was looked at is not read again.
    assert client.get(page).status_code == 404


def test_a_paper_without_its_first_mark_keeps_what_was_keyed_in(client, panel):
    of, flats = panel
    answer = key_in(client, of, flats[0], quality="good", words="灯")
    assert answer.status_code == 422
    assert "第一题没有录" in answer.text
    assert 'name="quality" value="good" checked' in answer.text


def test_where_a_household_answered_nothing_is_keyed_in_over_it(client, panel):
    of, flats = panel
    give(of, flats[0], Mark.POOR)
    answer = key_in(client, of, flats[0], overall="good")
    assert answer.status_code == 409
    assert "只有住户自己能改" in answer.text
    assert queries.own_answer(of.id, household_of(flats[0]).id).said.overall is Mark.POOR


def test_a_paper_sent_back_says_why_to_whoever_keys_it_in_anew(client, panel):
    of, flats = panel
    enter(of, flats[0], is_accepted=False)
    page = client.get(f"{base(of)}/{of.id}/missing").text
    assert "没有签名" in page


def test_whoever_keyed_it_in_does_not_look_at_it(client, panel):
    of, flats = panel
    second = make_staff(Role.REVIEWER, community=community_of(of))
    row = enter(of, flats[0], actor=staff_actor(second))
    sign_in_staff(client, second)
    page = f"{base(of)}/{of.id}/papers/{row.id}"
    assert "由另一个人复核" in client.get(page).text
    answer = post_form(
        client,
        f"{base(of)}/{of.id}/papers/{enter(of, flats[1]).id}",
        f"{page}/review",
        {"is_accepted": "true"},
    )
    assert answer.status_code == 409
    assert queries.state_in(of.id, household_of(flats[0]).id) is State.WAITING


def test_a_paper_whose_household_answered_meanwhile_is_no_longer_read(client, panel):
    of, flats = panel
    row = enter(of, flats[0], Mark.POOR)
    other = enter(of, flats[1])
    sign_in_staff(client, make_staff(Role.REVIEWER, community=community_of(of)))
    give(of, flats[0])
    page = f"{base(of)}/{of.id}/papers/{row.id}"
    assert client.get(page).status_code == 404
    answer = post_form(
        client, f"{base(of)}/{of.id}/papers/{other.id}", f"{page}/review", {"is_accepted": "true"}
    )
    assert answer.status_code == 409
    assert "录的是" not in answer.text
    assert "住户自己评了" in client.get(f"{base(of)}/{of.id}/papers").text


def test_a_household_outside_the_panel_is_as_if_it_were_not(client, panel):
    of, _ = panel
    other = make_small_community(1)[1][0]
    for household_id in (household_of(other).id, 999999):
        assert client.get(f"{base(of)}/{of.id}/papers/new?household={household_id}").status_code == 404
    assert client.get(f"{base(of)}/{of.id}/papers/new").status_code == 404


def test_blank_papers_are_printed_for_the_silent_with_what_was_promised(client, panel, clock):
    of, flats = panel
    give(of, flats[0])
    page = client.get(f"{base(of)}/{of.id}/papers/print").text
    assert page.count("评一评这次改造") == 2
    assert "1 栋 1 单元 101" not in page
    assert "修路" in page
    one = client.get(f"{base(of)}/{of.id}/papers/print?household={household_of(flats[2]).id}").text
    assert one.count("评一评这次改造") == 1
    for flat in flats[1:]:
        give(of, flat)
    assert client.get(f"{base(of)}/{of.id}/papers/print").status_code == 404
    clock.set(OVER)
    assert client.get(f"{base(of)}/{of.id}/papers/print").status_code == 409


# ------------------------------------------------------------------ results


def judged(clock: Clock):
    """Eight households in two buildings: a round that is over, then a second one."""
    make_policy("evaluation.least_answers", 4)
    community = make_community()
    flats = [make_flat(community, str(1 + n // 4), room=f"{n}01") for n in range(8)]
    rounds = make_rounds(community)
    for flat in flats[:5]:
        give(rounds[0], flat, Said(Mark.GOOD, {}, {"B-01": ItemMark.GOOD}))
    enter(rounds[0], flats[5], Said(Mark.POOR, {}, {"B-01": ItemMark.NOT_DONE}), is_accepted=True)
    follow(SECOND)
    for flat in flats[:4]:
        give(rounds[1], flat, Mark.FAIR, now=SECOND)
    clock.set(SECOND_OVER)
    return rounds


def test_the_committee_reads_exact_figures_with_base_interval_and_who_answered(client, clock):
    first, second, _ = judged(clock)
    sign_in_staff(client, make_staff(Role.REVIEWER, community=community_of(first)))
    page = client.get(f"{base(first)}/{first.id}").text
    assert "<strong>83.3%</strong>（5 / 6 户），95% 区间" in page
    assert "1 / 6 户 (16.7%)是工作人员代填" in page
    assert "偏多" in page
    assert "回答太少，暂不公布。0 户答了，还差 4 户" in page
    page = client.get(f"{base(second)}/{second.id}").text
    assert "上一次和这一次都评了的有 4 户：更满意的 0 户，没变的 0 户，更不满意的 4 户" in page


def test_a_round_that_nobody_answered_says_nothing_of_whom_the_answers_stand_for(client, panel, clock):
    of, _ = panel
    clock.set(OVER)
    follow(OVER)
    page = client.get(f"{base(of)}/{of.id}").text
    assert "0 户答了，全部评了，也不到公布要的户数" in page and "相当" not in page


@pytest.mark.parametrize("role", [Role.PROPERTY_MANAGER, Role.PROPERTY_CLERK, Role.IMPLEMENTING_BODY])
def test_whoever_is_judged_reads_what_the_public_reads(client, clock, role):
    first = judged(clock)[0]
    sign_in_staff(client, make_staff(role, community=community_of(first)))
    page = client.get(f"{base(first)}/{first.id}").text
    assert "不公布" in page
    assert "83.3%" not in page
    assert "各栋" not in page


# ------------------------------------------------------------------ nobody but the resident


def test_no_role_changes_what_a_household_answered_by_any_form_of_the_desk(app, client, clock):
    """Every posting route of judging, in every role, for a household that answered itself and one whose paper was let in."""
    community, flats = make_small_community(2)
    of = make_rounds(community)[0]
    give(of, flats[0], Mark.POOR, resident=make_resident(flats[0]))
    paper = enter(of, flats[1], Mark.POOR, is_accepted=True)
    clock.set(DURING)
    app.config["WTF_CSRF_ENABLED"] = False
    values = {"community_id": community.id, "round_id": of.id, "answer_id": paper.id}
    paths = [
        re.sub(r"<int:(\w+)>", lambda name: str(values[name.group(1)]), rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("admin.evaluations.") and "POST" in (rule.methods or ())
    ]
    assert len(paths) == 2
    try:
        for number, role in enumerate(Role):
            sign_in_staff(client, make_staff(role, community=community))
            for path, flat in product(paths, flats):
                form = {
                    "household_id": household_of(flat).id,
                    "overall": "good",
                    "client_key": f"{number} {path} {flat.id}",
                    "is_accepted": "false",
                    "reason": "改掉",
                }
                assert client.post(path, data=form).status_code in {302, 403, 404, 409}, (role, path)
    finally:
        app.config["WTF_CSRF_ENABLED"] = True
    assert [one.said.overall for one in queries.counted([of.id])[of.id]] == [Mark.POOR, Mark.POOR]


# ------------------------------------------------------------------ lists


def statements(ask: Callable[[], object]) -> int:
    """How many statements the database is asked meanwhile, with nothing known from before."""
    db.session.remove()
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        ask()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(seen)


def test_no_list_asks_for_each_row_and_the_offices_reach_their_own_cards_only(client, clock):
    first = judged(clock)[0]
    clerk = make_staff(Role.CLERK, community=community_of(first))
    county = make_staff(Role.COUNTY_OFFICER, division="520102")
    away = make_staff(Role.COUNTY_OFFICER, division="520103")
    third = queries.rounds_of_panel(first.panel_id)[2]
    cards = f"/admin/scorecards/{get_division('520102').id}"
    rounds, silent = base(first), f"{base(first)}/{third.id}/missing"

    def costs() -> list[int]:
        sign_in_staff(client, clerk)
        found = [statements(partial(client.get, page)) for page in (rounds, silent)]
        sign_in_staff(client, county)
        return [*found, statements(partial(client.get, f"{cards}?by=body"))]

    before = costs()
    for number in range(2):
        other, flats = make_small_community(3)
        of = make_rounds(other, body_name=f"公司 {number}")[0]
        give(of, flats[0])
    assert "公司 1" in client.get(f"{cards}?by=body").text
    make_rounds(community_of(first), plan_year=2027)
    assert costs() == before
    assert client.get("/admin/scorecards").headers["Location"] == cards
    for by in ("contractor", "company", "nobody"):
        assert "还没有可以看的" in client.get(f"{cards}?by={by}").text
    sign_in_staff(client, away)
    assert client.get(cards).status_code == 404
