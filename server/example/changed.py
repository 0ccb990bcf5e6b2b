"""The story's plan is asked to change: the county proposed it, two departments of the city have spoken, the third is waited for."""

from dataclasses import replace
from datetime import datetime

from server.attachments import actions as attachments
from server.example import people
from server.example.pictures import drawn_picture
from server.example.votes import at
from server.infra.db import db
from server.plans import actions as plans
from server.plans import queries as plan_queries
from server.plans.actions.changes import Proposed
from server.plans.rules.words import ChangeKind, Department, FundSource

#: Days before today.
ENTERED, SUBMITTED = -12, -11
SIGNED = (
    (-9, Department.REFORM, people.CITY_REFORM, "投资减少，立项内容不变，同意。"),
    (-8, Department.FINANCE, people.CITY_FINANCE, "县级配套相应核减，中央补助不变，同意。"),
)
#: In fen: what the power company pays by itself, the county need not.
LESS = 2_000_000


def tell(community_id: int, year: int, today: datetime) -> None:
    row = plan_queries.row_in_force_of(community_id, year)
    if row is None:
        return
    costs = {**row.figures.costs, FundSource.COUNTY: row.figures.costs.get(FundSource.COUNTY, 0) - LESS}
    proposed = Proposed(
        ChangeKind.FIGURES,
        "供电公司自己出钱改小区里的供电线路，这一部分不用县里配套（示例数据）。",
        "县级配套减 2 万元，改造内容和工期不变。",
        figures=replace(row.figures, costs=costs),
    )
    enters, moment = people.staff_actor(people.COUNTY_OFFICER), at(today, ENTERED, 10)
    change = plans.enter_change(row.id, proposed, client_key="story-change", actor=enters, now=moment)
    paper = attachments.keep_photo(drawn_picture("供电公司的函"), actor=enters, now=moment)
    plans.add_evidence(
        change.id, caption="供电公司出资改造的函（示例）", attachment_id=paper.id,
        client_key="story-change-paper", actor=enters, now=moment,
    )  # fmt: skip
    db.session.flush()
    plans.submit_change(
        change.id, client_key="story-change-submitted",
        actor=people.staff_actor(people.COUNTY_COLLEAGUE), now=at(today, SUBMITTED, 10),
    )  # fmt: skip
    for day, department, who, opinion in SIGNED:
        plans.sign_change(
            change.id, department, is_agreeing=True, opinion=opinion,
            client_key=f"story-change-{department.value}", actor=people.staff_actor(who), now=at(today, day, 10),
        )  # fmt: skip
