"""The story's pilots: one chosen, with what was learnt there, and a candidate whose sheet waits for the city."""

from collections.abc import Sequence
from datetime import datetime

from server.decisions.queries.heard import heard
from server.example import people
from server.example.votes import at
from server.kernel.chinatime import china_day
from server.plans import actions as plans
from server.plans import queries as plan_queries
from server.plans.rules.pilots import Will
from server.plans.rules.words import System

#: Days before today.
ENTERED, CHOSEN, LEARNT = -60, -52, -9
SYSTEMS = (
    {
        System.ENVIRONMENT: "弱电入地，垃圾房改成分类的（示例）。",
        System.SERVICE: "居委会一楼腾出两间做助餐点（示例）。",
        System.GOVERNANCE: "议事会每月一次，物业费收支贴出来（示例）。",
    },
    {System.SERVICE: "和隔壁院子共用一个助餐点（示例）。"},
)
LESSONS = (
    (
        "先看管子，再定价",
        "入户调查的时候，请供水公司一起把管子看了一遍，报价和后来的预算只差百分之三。",
        "问卷发出去以前，先请专营单位看现场。",
    ),
    (
        "一栋一栋地说",
        "全小区的会只来了三成人。后来改成在每个门栋前站着说，两个星期，愿意投票的户多了一倍。",
        "会开在门栋口，带上这一栋自己的图。",
    ),
)


def tell(known: Sequence[int], year: int, today: datetime) -> None:
    """The first of these communities was chosen; the second is a candidate together with the third."""
    rows = [plan_queries.row_in_force_of(one, year) for one in known]
    for place, row in enumerate(rows[:2]):
        if row is not None:
            pilot_id = _enter(place, row.id, row.community_id, known[2:] if place else (), today)
            if not place:
                _choose(pilot_id, today)


def _enter(place: int, row_id: int, community_id: int, merged_with: Sequence[int], today: datetime) -> int:
    moment = at(today, ENTERED + place, 10)
    return plans.enter_pilot(
        row_id, will=_will(community_id, moment), systems=SYSTEMS[place], merged_with=merged_with,
        client_key=f"pilot-{place}", actor=people.staff_actor(people.COUNTY_OFFICER), now=moment,
    ).id  # fmt: skip


def _choose(pilot_id: int, today: datetime) -> None:
    plans.choose_pilot(pilot_id, actor=people.staff_actor(people.CITY_OFFICER), now=at(today, CHOSEN, 10))
    for number, (title, text, advice) in enumerate(LESSONS):
        plans.add_lesson(
            pilot_id, title=f"{title}（示例）", text=text, advice=advice, client_key=f"lesson-{number}",
            actor=people.staff_actor(people.COUNTY_COLLEAGUE), now=at(today, LEARNT + number, 11),
        )  # fmt: skip


def _will(community_id: int, moment: datetime) -> Will | None:
    """As the survey that was closed by then counted it; never typed."""
    found = heard(community_id, moment)
    if found is None or found.consent is None:
        return None
    on = china_day(moment)
    source = f"入户调查“{found.title}”（到 {on.year} 年 {on.month} 月 {on.day} 日的数）"
    return Will(found.consent.agree, found.consent.answered, source)
