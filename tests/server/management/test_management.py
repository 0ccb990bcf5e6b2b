"""The room's acts, on a database."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from server.audit.queries import entries
from server.infra.db import db, unit_of_work
from server.kernel.errors import Conflict, Invalid, NotFound, Refused
from server.management import actions, queries
from server.management.actions import Look
from server.management.models import About, AccountEntry
from server.management.rules.accounts import Book, Direction, Sums
from server.management.rules.fees import FeeUnit, fee_in_force
from server.management.rules.handover import HandoverStep, StepState
from server.management.rules.terms import Mode, Term, coverage
from server.management.rules.watch import RoundState, Verdict, WatchItem
from tests.factories.divisions import get_division
from tests.factories.ledger import make_community
from tests.factories.management import (
    CODE,
    contract_facts,
    looks,
    make_company,
    make_contract,
    make_entry,
    make_round,
    publish,
)
from tests.factories.policies import make_policy
from tests.factories.projects import ENTERS, NOW, key, make_photo

pytestmark = pytest.mark.usefixtures("app")
TODAY = NOW.date()


def test_a_company_is_registered_once_by_its_code():
    company = make_company()
    with pytest.raises(Conflict, match=company.name), unit_of_work():
        actions.register_company(name="别的名字", code=CODE, client_key=key(), actor=ENTERS, now=NOW)
    assert queries.companies("安心").items == [company]
    assert queries.companies(CODE.lower()).items == [company]
    assert queries.companies("没有").total == 0


def test_the_same_request_twice_makes_one_contract():
    community = make_community()
    facts = contract_facts(client_key="k")
    rows = []
    for _ in range(2):
        with unit_of_work():
            rows.append(actions.start_management(community.id, now=NOW, **facts).id)
    assert rows[0] == rows[1]
    with pytest.raises(Conflict), unit_of_work():
        actions.start_management(community.id, now=NOW, **{**facts, "document": "另一份"})
    assert len(queries.contracts_of(community.id)) == 1


def test_a_company_manages_by_a_vote_and_its_paper_is_kept():
    community, company = make_community(), make_company()
    row = make_contract(
        community, mode=Mode.PROFESSIONAL, company_id=company.id, manager="", chosen_by=7, document="",
        photos=[make_photo()],
    )  # fmt: skip
    (card,) = queries.contracts_of(community.id)
    assert (card.name, card.contract.chosen_by_ballot_id) == (company.name, 7)
    (evidence_id,) = queries.evidence_of(community.id, About.CONTRACT)[row.id]
    assert queries.evidence(evidence_id, community.id) is not None
    assert queries.evidence(evidence_id, community.id + 1) is None
    with pytest.raises(Invalid, match="没有这家公司"):
        make_contract(make_community(), mode=Mode.STATE_FALLBACK, company_id=987_654)


def test_a_second_management_starts_when_the_first_has_ended():
    community = make_community()
    first = make_contract(community)
    with pytest.raises(Refused, match="已经有人管"):
        make_contract(community, starts_on=date(2026, 6, 1), ends_on=None)
    for _ in range(2):
        with unit_of_work():
            actions.end_management(
                first.id, community_id=community.id, last_on=date(2026, 5, 31), reason="居民不满意",
                actor=ENTERS, now=NOW,
            )  # fmt: skip
    second = make_contract(community, starts_on=date(2026, 6, 1), ends_on=None)
    assert queries.managers([community.id], date(2026, 5, 31))[community.id].contract.id == first.id
    assert queries.managers([community.id], date(2026, 6, 1))[community.id].contract.id == second.id
    with pytest.raises(Refused, match="已经记过"), unit_of_work():
        actions.end_management(
            first.id,
            community_id=community.id,
            last_on=date(2026, 4, 1),
            reason="再早些",
            actor=ENTERS,
            now=NOW,
        )
    assert entries(community_ids=[community.id], verb="management.end").total == 1


def test_coverage_is_asked_for_many_communities_at_once():
    covered, expired, never = (make_community() for _ in range(3))
    make_contract(covered)
    make_contract(expired, starts_on=date(2025, 1, 1), ends_on=TODAY - timedelta(1))
    ids = [covered.id, expired.id, never.id]
    terms = queries.terms_of(ids)
    assert terms[never.id] == []
    assert terms[expired.id] == [Term(date(2025, 1, 1), TODAY - timedelta(1))]
    found = coverage(dict.fromkeys(ids, date(2026, 1, 1)), terms, TODAY)
    assert [one.community_id for one in found.uncovered] == [expired.id, never.id]
    assert queries.managers(ids, TODAY).keys() == {covered.id}


def test_a_fee_holds_from_its_day_inside_the_term():
    community = make_community()
    row = make_contract(community)
    facts = {
        "community_id": community.id,
        "unit": FeeUnit.SQUARE_METRE,
        "document": "合同",
        "actor": ENTERS,
        "now": NOW,
    }
    with unit_of_work():
        actions.set_fee(row.id, amount_fen=60, from_on=date(2026, 1, 1), client_key="a", **facts)
        actions.set_fee(row.id, amount_fen=85, from_on=date(2026, 7, 1), client_key="b", **facts)
        actions.set_fee(row.id, amount_fen=85, from_on=date(2026, 7, 1), client_key="b", **facts)
    found = queries.fees(row.id)
    assert [fee.fen for fee in found] == [85, 60]
    held = fee_in_force(found, date(2026, 6, 30))
    assert held is not None
    assert held.fen == 60
    with pytest.raises(Invalid, match="不在管理期限"), unit_of_work():
        actions.set_fee(row.id, amount_fen=85, from_on=date(2027, 1, 1), client_key="c", **facts)
    with pytest.raises(NotFound), unit_of_work():
        actions.set_fee(
            row.id, amount_fen=85, from_on=TODAY, client_key="d", **{**facts, "community_id": 987_654}
        )


def test_where_to_complain_is_changed_on_record():
    community = make_community()
    row = make_contract(community)
    for _ in range(2):
        with unit_of_work():
            actions.change_contact(
                row.id,
                community_id=community.id,
                contact_phone="0851-1",
                contact_place="门卫",
                actor=ENTERS,
                now=NOW,
            )
    assert queries.contracts_of(community.id)[0].contract.contact_phone == "0851-1"
    assert entries(community_ids=[community.id], verb="management.change_contact").total == 1


# ------------------------------------------------------------------ accounts


def test_an_entry_is_put_right_by_its_counter_entry_alone():
    community, elsewhere = make_community(), make_community()
    wrong = make_entry(community, 120_000)
    make_entry(community, 30_000, direction=Direction.OUT, words="修栏杆")
    for _ in range(2):
        with unit_of_work():
            actions.counter_entry(
                wrong.id, community_id=community.id, reason="多记了", client_key="c", actor=ENTERS, now=NOW
            )
    make_entry(community, 100_000)
    assert queries.sums(community.id, Book.PUBLIC_INCOME) == Sums(100_000, 30_000)
    assert queries.sums(community.id, Book.MAINTENANCE_FUND) == Sums()
    lines = queries.entries(community.id, Book.PUBLIC_INCOME).items
    assert [(line.entry.amount_fen, line.is_countered, line.is_counter) for line in lines] == [
        (100_000, False, False), (-120_000, False, True), (30_000, False, False), (120_000, True, False),
    ]  # fmt: skip
    with pytest.raises(Refused, match="已经冲销过"), unit_of_work():
        actions.counter_entry(
            wrong.id, community_id=community.id, reason="再来", client_key="d", actor=ENTERS, now=NOW
        )
    with pytest.raises(NotFound), unit_of_work():
        actions.counter_entry(
            wrong.id, community_id=elsewhere.id, reason="别处", client_key="e", actor=ENTERS, now=NOW
        )


def test_the_database_itself_refuses_to_change_an_entry():
    entry = make_entry(make_community())
    with pytest.raises(sa.exc.DBAPIError, match="only grows"), unit_of_work():
        db.session.execute(sa.update(AccountEntry).where(AccountEntry.id == entry.id).values(amount_fen=1))


def test_everyone_reads_what_was_published_and_nothing_later():
    community = make_community()
    make_entry(community, 100)
    card = queries.book(
        community.id, Book.PUBLIC_INCOME, managed_since=date(2026, 1, 1), months=6, only_published=True
    )
    assert (card.sums, card.last, card.due_on) == (Sums(), None, date(2026, 7, 1))
    assert not card.is_late(date(2026, 7, 1))
    assert card.is_late(date(2026, 7, 2))
    publish(community)
    make_entry(community, 900)
    card = queries.book(
        community.id, Book.PUBLIC_INCOME, managed_since=date(2026, 1, 1), months=6, only_published=True
    )
    assert (card.sums.came_in, card.due_on) == (100, date(2026, 9, 2))
    assert card.last is not None
    seen = queries.entries(community.id, Book.PUBLIC_INCOME, until=card.last.last_entry_id)
    assert [line.entry.amount_fen for line in seen.items] == [100]
    # A management that began after the last publication has its own time.
    later = queries.book(
        community.id, Book.PUBLIC_INCOME, managed_since=date(2026, 5, 1), months=6, only_published=False
    )
    assert (later.sums.came_in, later.due_on) == (1000, date(2026, 11, 1))
    unmanaged = queries.book(
        community.id, Book.PUBLIC_INCOME, managed_since=None, months=6, only_published=True
    )
    assert unmanaged.due_on is None
    assert not unmanaged.is_late(date(2099, 1, 1))


def test_publishing_twice_needs_something_new():
    community = make_community()
    publish(community)
    with pytest.raises(Refused, match="没有新的账目"):
        publish(community)
    make_entry(community)
    publish(community)
    assert len(queries.publications(community.id, Book.PUBLIC_INCOME)) == 2


def test_a_book_says_no_earlier_day_than_its_newest_entry():
    community = make_community()
    make_entry(community, happened_on=date(2026, 2, 1))
    make_entry(community, happened_on=date(2026, 1, 9))
    make_entry(community, book=Book.MAINTENANCE_FUND, happened_on=date(2026, 3, 1))

    def publish_through(on):
        with unit_of_work():
            actions.publish_account(
                community.id,
                book=Book.PUBLIC_INCOME,
                through_on=on,
                client_key=f"{on}",
                actor=ENTERS,
                now=NOW,
            )

    with pytest.raises(Invalid, match="2026 年 2 月 1 日"):
        publish_through(date(2026, 1, 31))
    publish_through(date(2026, 2, 1))


# ------------------------------------------------------------------ handover


def test_a_step_of_the_handover_is_done_and_opened_again():
    community, other = make_community(), make_community()
    facts = {"step": HandoverStep.PAPERS, "done_on": TODAY, "actor": ENTERS, "now": NOW}
    photo = make_photo()
    with unit_of_work():
        row = actions.record_handover(
            community.id, state=StepState.DONE, words="", photos=[photo], client_key="a", **facts
        )
    assert queries.evidence_of(community.id, About.HANDOVER).keys() == {row.id}
    assert queries.step_states([community.id, other.id]) == {
        community.id: {HandoverStep.PAPERS: StepState.DONE}, other.id: {},
    }  # fmt: skip
    with unit_of_work():
        actions.record_handover(
            community.id, state=StepState.REOPENED, words="少了消防图", photos=(), client_key="b", **facts
        )
    assert queries.step_states([community.id])[community.id] == {HandoverStep.PAPERS: StepState.REOPENED}
    assert [one.state for one in queries.handover_records(community.id)] == [
        StepState.REOPENED,
        StepState.DONE,
    ]


# ------------------------------------------------------------------ the watch

COMPLETED = date(2025, 12, 1)


def test_a_round_is_held_beside_the_pictures_of_completion():
    community = make_community()
    make_round(community, COMPLETED)
    worse = Look(Verdict.FELL_BACK, "3 栋旁又塌了", make_photo())
    later = make_round(community, COMPLETED, 3, road=worse, green=Look(Verdict.HOLDS, "", make_photo()))
    pairs = {pair.finding.item: pair for pair in queries.findings(later)}
    road, green = pairs[WatchItem.ROAD], pairs[WatchItem.GREEN]
    assert road.before is not None
    assert (road.before.verdict, road.finding.verdict) == (Verdict.HOLDS, Verdict.FELL_BACK)
    assert green.before is not None
    assert green.before.attachment_id is None
    assert list(pairs) == list(WatchItem)
    (fact,) = queries.fallen_back([community.id])
    assert (fact.item, fact.words, fact.months, fact.ticket_id) == (WatchItem.ROAD, "3 栋旁又塌了", 3, None)


def test_what_is_due_follows_the_settings_of_the_place():
    community, finished_later = make_community(), make_community()
    make_policy("watch.first_months", 2, division_id=get_division("520102").id)
    make_round(community, COMPLETED)
    found = queries.rounds_at({community.id: COMPLETED, finished_later.id: TODAY}, TODAY)
    assert [(one.months, one.state) for one in found[community.id]] == [
        (0, RoundState.DONE), (2, RoundState.DUE), (12, RoundState.COMING), (24, RoundState.COMING),
    ]  # fmt: skip
    assert found[finished_later.id][0].state is RoundState.DUE
    # Renovated again, it begins anew.
    again = queries.rounds_at({community.id: TODAY}, TODAY)
    assert again[community.id][0].state is RoundState.DUE


def test_a_round_is_held_once_and_the_same_request_again_finds_it():
    community, seen = make_community(), looks()
    facts = {"completed_on": COMPLETED, "months": 0, "looks": seen, "actor": ENTERS, "now": NOW}
    ids = []
    for _ in range(2):
        with unit_of_work():
            ids.append(actions.hold_round(community.id, client_key="a", **facts).id)
    assert ids[0] == ids[1]
    with pytest.raises(Refused, match="已经看过"), unit_of_work():
        actions.hold_round(community.id, client_key="b", **facts)
    assert queries.watch_round(ids[0], community.id + 1) is None


def test_a_ticket_is_linked_once_to_what_fell_back():
    community, elsewhere = make_community(), make_community()
    make_round(community, COMPLETED)
    make_round(community, COMPLETED, 3, road=Look(Verdict.FELL_BACK, "塌了", make_photo()))
    (fact,) = queries.fallen_back([community.id])
    facts = {"community_id": community.id, "actor": ENTERS, "now": NOW}
    for _ in range(2):
        with unit_of_work():
            actions.link_ticket(fact.finding_id, ticket_id=41, **facts)
    assert queries.fallen_back([community.id])[0].ticket_id == 41
    with pytest.raises(Conflict), unit_of_work():
        actions.link_ticket(fact.finding_id, ticket_id=42, **facts)
    with pytest.raises(NotFound), unit_of_work():
        actions.link_ticket(fact.finding_id, ticket_id=41, **{**facts, "community_id": elsewhere.id})
    baseline = queries.held(community.id, COMPLETED, 0)
    assert baseline is not None
    with pytest.raises(Refused, match="没有回潮"), unit_of_work():
        actions.link_ticket(queries.findings(baseline)[0].finding.id, ticket_id=41, **facts)
