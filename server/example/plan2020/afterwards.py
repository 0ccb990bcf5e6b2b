"""What follows in the communities of the plan whose works are finished: who looks after them, tickets, gifts, judging.

Some have no management: an alarm for each. Not every one that is asked answers often enough for a rate.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from stdnum.cn import uscc

from server.attachments import actions as attachments
from server.contributions import actions as contributions
from server.contributions.rules import Entry as Gift
from server.contributions.rules import Kind, Shown
from server.decisions.queries.adopted import adopted_works
from server.evaluations import actions as evaluations
from server.evaluations import queries as judged
from server.evaluations.actions import Given, Promised
from server.example.marks import said
from server.example.pictures import drawn_picture
from server.example.plan2020.draws import Draws
from server.example.plan2020.planning import FINISHED, STARTED_EARLY, Member
from server.example.plan2020.staff import Desk
from server.example.votes import at
from server.identity import queries as identity
from server.identity.actions import resident_actor
from server.kernel.actor import CLOCK
from server.kernel.chinatime import china_day
from server.ledger import queries as ledger
from server.management import actions as management
from server.management.rules.terms import Mode
from server.plans.rules.words import FundSource
from server.projects import actions as projects
from server.projects.actions import DoneWork
from server.projects.rules.acts import EventKind
from server.projects.rules.money import Entry
from server.tickets import actions as tickets
from server.tickets.actions import Course, Facts, Taken
from server.tickets.rules.reports import NewTicket
from server.tickets.rules.words import Act, Category, Source

#: One in so many has nobody who manages it; one in so many is asked and answers often enough.
UNMANAGED, JUDGED = 4, 3
#: Of a hundred households that answer, and at least so many.
ANSWERING, AT_LEAST = 40, 32
HOUSEHOLDS_A_TICKET = 40
#: 12,000 yuan, and who pays how many tenths of it.
FEN_A_HOUSEHOLD = 12_000_00
SOURCES = (
    (FundSource.CENTRAL_SUBSIDY, 5), (FundSource.PROVINCE, 2), (FundSource.COUNTY, 2), (FundSource.RESIDENTS, 1),
)  # fmt: skip
CONTRACTORS = ("示例第一建设公司", "示例市政工程公司", "示例管网工程公司")
OPENS, OVER = FINISHED + 1, FINISHED + 23
_BEGUN = ((Act.ACCEPT, 3), (Act.DISPATCH, 4), (Act.ARRIVE, 22), (Act.START, 23))
#: Acts by hours after the report: confirmed, confirmed late, not answered by the resident, still worked on, not yet accepted.
COURSES: tuple[tuple[tuple[Act, int], ...], ...] = (
    (*_BEGUN, (Act.FINISH, 30), (Act.CONFIRM, 42)),
    (*_BEGUN, (Act.FINISH, 34), (Act.CONFIRM, 60)),
    (*_BEGUN, (Act.FINISH, 190), (Act.CONFIRM, 200)),
    (*_BEGUN, (Act.FINISH, 28), (Act.REMIND, 100), (Act.LAPSE, 196)),
    _BEGUN,
    (),
)
TROUBLES = (
    (Category.WATER, "楼前井盖松了。"), (Category.POWER, "楼道灯不亮。"), (Category.ROAD, "路面有一处积水。"),
    (Category.SECURITY, "单元门关不严。"), (Category.WASTE, "垃圾桶满了没人收。"), (Category.GREEN, "树枝挡住了窗户。"),
)  # fmt: skip


def follow(one: Member, project_id: int, desk: Desk, today: datetime) -> None:
    """Finished; then looked after, or not."""
    draws = Draws("afterwards", one.number)
    _build(one, project_id, draws, desk, today)
    _finish(one, project_id, desk, at(today, FINISHED, 15))
    _pay(one, project_id, desk, at(today, FINISHED + 1, 15))
    if is_managed(one):
        _manage(one, desk, at(today, FINISHED + 2, 10))
    tickets.enter_courses(
        [
            _course(one, number, draws, desk, today)
            for number in range(2 + one.households // HOUSEHOLDS_A_TICKET)
        ]
    )
    _give(one, draws, desk, at(today, FINISHED + 5, 19))


def is_managed(one: Member) -> bool:
    return not Draws("managed", one.number).one_in(UNMANAGED)


def is_judged(one: Member) -> bool:
    return Draws("judged", one.number).one_in(JUDGED)


def ask(today: datetime) -> None:
    """As the clock would have on that day, for all that are finished."""
    evaluations.follow_rounds(at(today, OPENS, 9), partial(_promised, today))


def answer(one: Member, today: datetime) -> None:
    """So many households of one community, each by a resident who is bound to it."""
    of = min(judged.rounds_of(one.community_id), key=lambda card: card.number)
    codes, wanted = list(judged.items(of.panel_id)), max(AT_LEAST, one.households * ANSWERING // 100)
    homes: dict[int, int] = {}
    for resident_id in identity.residents_of_community(one.community_id):
        if len(homes) == wanted:
            break
        for home in identity.reached_households(resident_id)[:1]:
            homes.setdefault(home.household_id, resident_id)
    evaluations.answer_in_batch(
        of.id,
        [
            Given(
                household_id,
                said(codes, one.number + number),
                resident_actor(resident_id),
                at(today, OPENS + 1 + number % 18, 9 + number % 11),
            )
            for number, (household_id, resident_id) in enumerate(homes.items())
        ],
    )


def close(today: datetime) -> None:
    evaluations.follow_rounds(at(today, OVER, 9), partial(_promised, today))


def _promised(today: datetime, community_id: int) -> Sequence[Promised]:
    found = adopted_works(community_id, today)
    return list({one.code: Promised(one.code, one.title) for one in found}.values())


def _finish(one: Member, project_id: int, desk: Desk, moment: datetime) -> None:
    photo = attachments.keep_photo(drawn_picture(one.name), actor=desk.clerk, now=moment)
    event = projects.enter_event(
        project_id, kind=EventKind.FINISHED, happened_on=china_day(moment), document="竣工验收记录（示例）",
        photos=[photo.id], client_key=f"plan-finished-{one.number}", actor=desk.clerk, now=moment,
    )  # fmt: skip
    projects.review_event(project_id, event.id, is_confirmed=True, reason="", actor=desk.reviewer, now=moment)


def _manage(one: Member, desk: Desk, moment: datetime) -> None:
    """One company for a prefecture: registered by the first, found by the others."""
    prefecture = one.county[:4]
    code = f"91{prefecture}00MA6PLAN00"
    company = management.register_company(
        name=f"示例物业服务有限公司（{prefecture}）", code=code + uscc.calc_check_digit(code),
        client_key=f"plan-company-{prefecture}", actor=desk.clerk, now=moment,
    )  # fmt: skip
    begins = china_day(moment)
    management.start_management(
        one.community_id, mode=Mode.PROFESSIONAL, company_id=company.id, manager="", starts_on=begins,
        ends_on=begins + timedelta(days=3 * 365), chosen_by=None, document="物业服务合同（示例）",
        contact_phone="0851-85550199", contact_place="大门口物业服务站", photos=(),
        client_key=f"plan-contract-{one.number}", actor=desk.clerk, now=moment,
    )  # fmt: skip


def _course(one: Member, number: int, draws: Draws, desk: Desk, today: datetime) -> Course:
    """All of it lies between the completion and today."""
    category, words = draws.of(TROUBLES)
    acts = draws.of(COURSES)
    ago = draws.between(acts[-1][1] if acts else 1, -24 * FINISHED - 24)
    begun = today - timedelta(hours=ago)
    new = NewTicket(
        one.community_id, category, Source.PHONE, f"plan-ticket-{one.number}-{number}", words=words
    )
    by = {Act.CONFIRM: desk.reviewer, Act.REMIND: CLOCK, Act.LAPSE: CLOCK}
    worker = Facts(worker="维修师傅")
    return Course(
        new,
        desk.clerk,
        begun,
        [
            Taken(
                act,
                by.get(act, desk.clerk),
                begun + timedelta(hours=after),
                "修好了。" if act is Act.FINISH else "",
                worker if act is Act.DISPATCH else Facts(),
            )
            for act, after in acts
        ],
    )


def _build(one: Member, project_id: int, draws: Draws, desk: Desk, today: datetime) -> None:
    """What was adopted, item by item: each was done by one of a few, in its own weeks."""
    moment = at(today, FINISHED, 11)
    begins, ends = china_day(at(today, STARTED_EARLY + 1, 9)), china_day(moment)
    works = []
    for wanted in adopted_works(one.community_id, moment):
        starts_on = begins + timedelta(days=draws.below(20))
        works.append(
            DoneWork(wanted, draws.of(CONTRACTORS), starts_on, ends - timedelta(days=draws.below(10)))
        )
    projects.enter_done(
        project_id, works, document="分项验收记录（示例）", actor=desk.clerk, second=desk.reviewer, now=moment
    )


def _pay(one: Member, project_id: int, desk: Desk, moment: datetime) -> None:
    """By households; nine tenths came in, of that nine tenths are spent."""
    cost = one.households * FEN_A_HOUSEHOLD
    projects.set_cost(
        project_id, amount_fen=cost, entered_on=china_day(moment), document="工程预算书（示例）", photos=(),
        client_key=f"plan-cost-{one.number}", actor=desk.clerk, now=moment,
    )  # fmt: skip
    for source, tenths in SOURCES:
        planned = cost * tenths // 10
        for entry, amount in zip(Entry, (planned, planned * 9 // 10, planned * 81 // 100), strict=True):
            projects.add_funding(
                project_id, source=source, entry=entry, amount_fen=amount, entered_on=china_day(moment),
                document="资金文件（示例）", photos=(), client_key=f"plan-fund-{one.number}-{source}-{entry}",
                actor=desk.clerk, now=moment,
            )  # fmt: skip


def _give(one: Member, draws: Draws, desk: Desk, moment: datetime) -> None:
    """Two promises of residents, neither with a name; the money was given, and half of it is used."""
    some = ledger.households(one.community_id)
    for number, (kind, amount, words) in enumerate(
        (
            (Kind.MONEY, 100_00 * draws.between(1, 9), "给门厅添长椅。"),
            (Kind.LABOUR, draws.between(2, 12), "周末能来帮忙。"),
        )
    ):
        flat_id = some[(number * 7) % len(some)].flat_id
        bound = identity.residents_of_flat(flat_id)
        if bound:
            pledge = contributions.make_pledge(
                one.community_id, flat_id=flat_id, kind=kind, amount=amount, words=words, shown=Shown.ANONYMOUS, name="",
                client_key=f"plan-pledge-{one.number}-{number}", actor=resident_actor(bound[0]), now=moment,
            )  # fmt: skip
            if kind is Kind.MONEY:
                _receive(one, pledge.id, amount, desk, moment + timedelta(days=2))


def _receive(one: Member, pledge_id: int, amount: int, desk: Desk, moment: datetime) -> None:
    for entry, part, document in (
        (Gift.GIVEN, amount, "收据（示例）"),
        (Gift.USED, amount // 2, "长椅发票（示例）"),
    ):
        row = contributions.enter(
            pledge_id, community_id=one.community_id, kind=entry, amount=part, happened_on=china_day(moment),
            document=document, client_key=f"plan-gift-{pledge_id}-{entry}", actor=desk.clerk, now=moment,
        )  # fmt: skip
        contributions.review(
            row.id,
            community_id=one.community_id,
            is_confirmed=True,
            reason="",
            actor=desk.reviewer,
            now=moment,
        )
