"""From door to door through the pages: who was not served, who has not voted, and noting a visit on the phone."""

import re
from datetime import timedelta

from server.ballots import actions, queries
from server.ballots.rules.desk import Fault
from server.ballots.rules.events import Verdict
from server.ballots.rules.keying import Choice
from server.identity.rules import Role
from server.infra.db import unit_of_work
from server.kernel.actor import Actor, ActorKind
from tests.admin.browsers import browser_of
from tests.admin.forms import post_form
from tests.admin.test_ballots import local, page_of
from tests.admin.test_desk import picture
from tests.factories.ballots import (
    ANNOUNCED,
    CLERK,
    CLOSES,
    OPENS,
    REVIEWER,
    SECOND,
    VOTING,
    cast,
    key,
    key_in,
    log_of,
    make_announced,
    make_draft,
    make_electorate,
    make_opened,
    make_voter,
    take_in,
)
from tests.factories.identity import make_staff
from tests.factories.ledger import make_community, make_flat, make_ownership

#: Keyed and settled none of the papers.
AUDITING = Actor(ActorKind.STAFF, 9004, "另一位复核人")


def test_a_visit_is_noted_and_the_home_leaves_the_list(app, clock) -> None:
    community, flats = make_electorate()
    ballot = make_opened(community)
    clock.set(VOTING)
    lead = browser_of(app, make_staff(Role.BUILDING_LEAD, community=community))
    doors = f"{page_of(ballot)}/service"
    assert "6 位业主" in lead.get(doors).text
    door = f"{doors}/{flats[0].id}"
    asked = {"flat_id": str(flats[0].id), "way": "letterbox", "witness": "王五", "done_at": local(VOTING)}
    refused = post_form(lead, door, doors, asked)
    assert (refused.status_code, 'id="f-photo-error"' in refused.text, "王五" in refused.text) == (
        422,
        True,
        True,
    )
    assert post_form(lead, door, doors, {**asked, "photo": picture()}).status_code == 302
    assert "5 位业主" in lead.get(doors).text
    assert "投进信箱" in lead.get(door).text
    assert "王五" not in lead.get(door).text
    assert post_form(lead, door, doors, {**asked, "way": ""}).status_code == 422
    assert post_form(lead, door, doors, {**asked, "flat_id": "987654321"}).status_code == 404
    assert lead.get(f"{doors}/987654321").status_code == 404


def test_the_list_of_who_has_not_voted_never_tells_how(app, clock) -> None:
    community, flats = make_electorate()
    ballot = make_opened(community)
    clock.set(VOTING)
    cast(ballot, make_voter(flats[0]), "against")
    lead = browser_of(app, make_staff(Role.BUILDING_LEAD, community=community))
    page = lead.get(f"{page_of(ballot)}/service?unvoted=yes").text
    assert "5 位业主" in page
    assert "反对" not in page
    assert "5 位业主" in lead.get(f"{page_of(ballot)}/service?unvoted=yes&page=x").text
    clock.set(CLOSES)
    refused = post_form(
        browser_of(app, make_staff(Role.CLERK, community=community)),
        f"{page_of(ballot)}/service/{flats[1].id}",
        f"{page_of(ballot)}/service",
        {"flat_id": str(flats[1].id), "way": "nobody home", "done_at": local(VOTING)},
    )
    assert (refused.status_code, "已经截止" in refused.text) == (422, True)
    assert queries.served_heads(ballot.id) == {}


def test_before_the_opening_a_round_is_noted_for_many_at_once_and_logged_with_it(app, clock) -> None:
    community, flats = make_electorate()
    ballot = make_announced(community)
    clock.set(ANNOUNCED + timedelta(days=1))
    lead = browser_of(app, make_staff(Role.BUILDING_LEAD, community=community))
    doors = f"{page_of(ballot)}/service"
    assert "业主还没送达" in lead.get(f"/admin/communities/{community.id}/today").text
    shown = lead.get(doors).text
    assert all(words in shown for words in ("6 位业主", "还没开始投票", "几户一起记"))
    assert "看还没投票的" not in shown
    when = local(ANNOUNCED + timedelta(days=1))
    asked = {"way": "handed over", "witness": "王五", "done_at": when}
    nobody = post_form(lead, doors, f"{doors}/many", asked)
    assert (nobody.status_code, "户再记" in nobody.text, "王五" in nobody.text) == (422, True, True)
    chosen = {**asked, "flat_ids": [str(flat.id) for flat in flats[:3]], "client_key": "one-round"}
    for _ in range(2):
        assert post_form(lead, doors, f"{doors}/many", chosen).status_code == 302
    assert len(queries.attempts(ballot.id)) == 3
    assert "3 位业主" in lead.get(doors).text
    rest = {**asked, "all": "yes", "listed": [str(flat.id) for flat in flats[3:]], "way": "nobody home"}
    assert post_form(lead, doors, f"{doors}/many", rest).status_code == 302
    away = {**asked, "flat_ids": [str(flats[3].id), "987654321"]}
    assert post_form(lead, doors, f"{doors}/many", away).status_code == 404
    assert len(queries.attempts(ballot.id)) == 6
    clock.set(OPENS)
    with unit_of_work():
        actions.open_ballot(queries.known(ballot.id), actor=CLERK, now=OPENS)
    assert [event["head"] for event in log_of(ballot) if event["kind"] == "service"] == ["h1", "h2", "h3"]
    assert queries.broken_at(ballot.id) is None


def test_a_draft_is_brought_to_nobody(app, clock) -> None:
    community, _ = make_electorate()
    ballot = make_draft(community)
    clock.set(ANNOUNCED)
    lead = browser_of(app, make_staff(Role.BUILDING_LEAD, community=community))
    for page in ("service", "service/print", "service/1"):
        assert lead.get(f"{page_of(ballot)}/{page}").status_code == 404


def test_the_list_goes_through_one_stairwell_and_is_printed_with_masked_telephones(app, clock) -> None:
    community = make_community()
    first, second = make_flat(community, room="101"), make_flat(community, entrance="2", room="101")
    make_ownership(first, "张一", phone="13800001234")
    make_ownership(second, "李二")
    ballot = make_opened(community)
    clock.set(VOTING)
    clerk = browser_of(app, make_staff(Role.CLERK, community=community))
    doors = f"{page_of(ballot)}/service"
    stair = " ".join(queries.stairs(queries.door_cards(ballot, VOTING))[1])
    assert "2 位业主" in clerk.get(f"{doors}?at=nowhere").text
    printed = clerk.get(f"{doors}/print?unvoted=yes").text
    assert all(words in printed for words in ("138****1234", "没有登记", "签收或见证"))
    assert not any(words in printed for words in ("13800001234", "张一", "李二"))
    only = clerk.get(f"{doors}/print?at={stair}").text
    assert ("1 位业主" in only, "138****1234" in only) == (True, False)


def test_a_home_is_told_apart_by_whether_it_voted_and_by_nothing_that_is_on_its_paper(app, clock) -> None:
    """Two homes whose papers say opposite things read alike at every step: back, keyed, differing, void."""
    community, flats = make_electorate()
    ballot = make_opened(community)
    clock.set(VOTING)
    lead = browser_of(app, make_staff(Role.BUILDING_LEAD, community=community))

    def lines() -> list[str]:
        """What the list and its print say of the two homes, without their names."""
        found = []
        for page in ("service?unvoted=yes", "service/print?unvoted=yes"):
            rows = re.findall(r"<tr>.*?</tr>", lead.get(f"{page_of(ballot)}/{page}").text, re.DOTALL)
            for flat in flats[:2]:
                label = next(card.labels[0] for card in queries.heads_of_flats(ballot.id, [flat.id]))
                mine = [
                    re.sub(r"<[^>]*>|\d{3}[*]{4}\d{4}", " ", row).replace(label, "")
                    for row in rows
                    if label in row
                ]
                found.append(" ".join(" ".join(mine).split()))
        return found

    choices = ("for", "against")
    serials = [take_in(ballot, flat) for flat in flats[:2]]
    for actor, keyed in ((CLERK, choices), (SECOND, reversed(choices))):
        for serial, choice in zip(serials, keyed, strict=True):
            key_in(ballot, serial, choice, actor=actor)
        first, second, *printed = lines()
        assert "纸票交回了" in first
        assert (first, printed[0]) == (second, printed[1])
    for number, choice in enumerate((Choice.FIRST, Choice.FIRST), 1):
        with unit_of_work():
            actions.settle_paper(ballot.id, number, choice, client_key=key(), actor=REVIEWER, now=VOTING)
    assert lines() == [""] * 4
    for seq in (1, 2):
        with unit_of_work():
            actions.review_vote(
                ballot.id,
                seq,
                verdict=Verdict.VOID,
                fault=Fault.NOT_GENUINE,
                client_key=key(),
                actor=AUDITING,
                now=VOTING,
            )
    first, second, *printed = lines()
    assert "作废" not in first
    assert (first, printed[0]) == (second, printed[1])
