"""Building the plan in an empty database: one unit of work a community, so that memory does not grow with the plan."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from time import perf_counter

from server.audit import actions as audit
from server.divisions import queries as divisions
from server.divisions.rules import DivisionLevel
from server.example import fill, returns, story
from server.example.clock import ledger_community
from server.example.ledger import division_id
from server.example.plan2020 import (
    COMMUNITIES,
    afterwards,
    asking,
    changing,
    entering,
    planning,
    reporting,
    voting,
)
from server.example.plan2020.course import Course, Reached, course_of
from server.example.plan2020.homes import Facts, facts_of
from server.example.plan2020.places import Community, County, communities
from server.example.plan2020.planning import Member
from server.example.plan2020.staff import Desk, make_staff
from server.example.votes import at
from server.identity.actions import codes
from server.infra.db import db, forget_answers, keep_in_hand, unit_of_work
from server.infra.statements import refresh_all_statistics
from server.kernel.errors import NotFound, Refused
from server.ledger import queries as ledger
from server.ledger.rules.words import FlatUse
from server.reports import actions as reports

Say = Callable[[str], object]
#: Communities whose sheets are imported together.
IMPORTED_AT_ONCE = 30
TOLD_EVERY = 20
#: So often the database takes new statistics of what came.
REFRESHED_EVERY = 75
#: Before everything else: the accounts.
FIRST_DAY = -260


def build(say: Say, today: datetime) -> None:
    """Make the whole plan as of this day. Raises Refused where the database holds communities already."""
    _refuse_filled()
    say(f"正在装入整个计划：{COMMUNITIES} 个小区（示例数据；只有小区数和户数两个总数是真的）。")
    started = perf_counter()
    tell_story(today)
    carry_out(planned_communities(), say, today, started)


def tell_story(today: datetime) -> None:
    with unit_of_work():
        fill.tell(today, with_neighbours=False)


def carry_out(planned: Sequence[Community], say: Say, today: datetime, started: float) -> None:
    """These communities beside the story's own, as far as each has come. `started` by the clock of `perf_counter`."""
    with unit_of_work():
        counties = reporting.counties_by_prefecture([one.county.code for one in planned])
        desks = make_staff(counties, at(today, FIRST_DAY, 9))
    _let_go()
    households = story_households()
    for some in _chunks(planned, IMPORTED_AT_ONCE):
        entering.enter([facts_of(one) for one in some], at(today, FIRST_DAY, 10))
        households += sum(one.households for one in some)
        say(f"台账：到第 {some[-1].number} 个小区，{households} 户，{_spent(started)}。")
    refresh_all_statistics()
    for place, one in enumerate(planned, 1):
        _take_its_course(one, desks[one.county.prefecture], today)
        if place % TOLD_EVERY == 0:
            say(f"问卷和表决：到第 {one.number} 个小区，{_spent(started)}。")
        if place % REFRESHED_EVERY == 0:
            refresh_all_statistics()
    _plan(planned, desks, today)
    say(f"计划和项目：{_spent(started)}。")
    _sum_up(today)
    _report(counties, desks, today)
    say(f"汇总和月报：{_spent(started)}。")
    _seal(today)
    say(f"已装好：{len(planned) + 1} 个小区，{households} 户，{_spent(started)}。")


def planned_communities() -> list[Community]:
    """All but the story's own, which is one of them."""
    return communities(_counties(), given={story.COUNTY_CODE: story_households()})


def story_households() -> int:
    return sum(flat.use is FlatUse.DWELLING for flat in story.flats())


def _refuse_filled() -> None:
    there = ledger.communities_under("/", size=1).total
    if there:
        raise Refused(
            f"这个数据库里已经有 {there} 个小区，没有动它。整个计划只装进空的数据库："
            "请把 DATABASE_URL 指到一个新建的库，先 flask db upgrade，再运行这条命令。",
            code="filled",
        )


def _counties() -> list[County]:
    """In the order of the state's list."""
    return [
        County(county.code or "", county.name, _lowest(county.id))
        for prefecture in divisions.children(division_id(story.PROVINCE_CODE))
        for county in divisions.children(prefecture.id)
        if county.level is DivisionLevel.COUNTY and county.valid_to is None
    ]


def _lowest(county_id: int) -> list[str]:
    """The residents' committees; where the list has none, the streets and towns."""
    towns = divisions.children(county_id)
    committees = [one.code for town in towns for one in divisions.children(town.id)]
    return [code for code in committees or [town.code for town in towns] if code]


def _take_its_course(one: Community, desk: Desk, today: datetime) -> None:
    facts, course = facts_of(one), course_of(one)
    with unit_of_work():
        community_id = _id_of(facts)
        _keep_place(community_id)
        _issue_codes(community_id, course, desk, today)
        if course.reached.has_survey:
            asking.ask(community_id, one, course, desk, today)
        if course.reached.is_at_least(Reached.ANNOUNCED):
            voting.hold(voting.Vote(community_id, one, course, desk, today))
    _let_go()


def _plan(planned: Sequence[Community], desks: Mapping[str, Desk], today: datetime) -> None:
    """Every community stands in its county's plan; those asked already have a project."""
    members = [_story_member(), *(_member(one) for one in planned)]
    known = [one for one in members if one.county[:4] in desks]
    with unit_of_work():
        made = planning.plan(known, desks, today)
    if made:
        with unit_of_work():
            planning.freeze(made, next(iter(desks.values())), today)
    _let_go()
    for one in known:
        if one.number > 1 and one.reached.is_at_least(Reached.SURVEY_NOTICED):
            desk = desks[one.county[:4]]
            with unit_of_work():
                _keep_place(one.community_id)
                project_id = planning.carry_out(one, desk, today)
                if one.is_finished:
                    afterwards.follow(one, project_id, desk, today)
            _let_go()
    with unit_of_work():
        changing.change(known, desks, today)
    with unit_of_work():
        planning.name_row(members[0].community_id, next(iter(desks.values())), today)
    _let_go()
    _judge([one for one in known if one.is_finished and one.number > 1], today)


def _judge(finished: Sequence[Member], today: datetime) -> None:
    """All are asked; of some so many households answer that there is a rate."""
    with unit_of_work():
        afterwards.ask(today)
    for one in finished:
        if afterwards.is_judged(one):
            with unit_of_work():
                _keep_place(one.community_id)
                afterwards.answer(one, today)
            _let_go()
    with unit_of_work():
        afterwards.close(today)
    _let_go()


def _story_member() -> Member:
    community_id = ledger_community()
    if community_id is None:
        raise NotFound
    return Member(community_id, 1, story.COMMUNITY, story.COUNTY_CODE, story_households(), Reached.DECIDED)


def _member(one: Community) -> Member:
    facts = facts_of(one)
    course = course_of(one)
    return Member(
        _id_of(facts),
        one.number,
        facts.name,
        one.county.code,
        one.households,
        course.reached,
        course.days.signed,
    )


def _sum_up(today: datetime) -> None:
    """The figures that offices look down on."""
    with unit_of_work():
        reports.recompute_all(today)
    _let_go()


def _report(counties: Mapping[str, Sequence[str]], desks: Mapping[str, Desk], today: datetime) -> None:
    """Three months of returns, the oldest first: each is compared with the one before it."""
    for months in sorted(reporting.COUNTIES, reverse=True):
        for place, (prefecture, some) in enumerate(counties.items()):
            with unit_of_work():
                for office, course in reporting.returns_of(
                    prefecture, place, some, desks[prefecture], months
                ):
                    returns.hand_up(office, returns.months_back(today, months), course, today)
            _let_go()


def _id_of(facts: Facts) -> int:
    found = ledger.community_named(division_id(facts.of.division), facts.name)
    if found is None:
        raise NotFound
    return found


def _keep_place(community_id: int) -> None:
    """Each of the many acts of this community asks where it lies."""
    community = ledger.community(community_id)
    if community is None:
        raise NotFound
    keep_in_hand(community, divisions.division(community.division_id))


def _issue_codes(community_id: int, course: Course, desk: Desk, today: datetime) -> None:
    moment = at(today, course.days.entered, 9)
    codes.issue_slips(community_id, actor=desk.clerk, now=moment)
    codes.issue_place_codes(community_id, actor=desk.clerk, now=moment)


def _seal(today: datetime) -> None:
    """As the clock would every minute."""
    sealed = 1
    while sealed:
        with unit_of_work():
            sealed = audit.seal(today)
        _let_go()


def _let_go() -> None:
    """Nothing of what was made stays in memory."""
    db.session.expunge_all()
    forget_answers()


def _chunks(some: Sequence[Community], size: int) -> Iterator[Sequence[Community]]:
    return (some[start : start + size] for start in range(0, len(some), size))


def _spent(started: float) -> str:
    return f"用时 {perf_counter() - started:.0f} 秒"
