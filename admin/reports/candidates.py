"""Which communities are ready next: four numbers each, with their places; the pool they wait in."""

from flask import render_template, request

from admin.guard import needs
from admin.reports import words
from admin.reports.door import about, page_of, reports, seen_division
from server.identity.rules import Permission
from server.infra.clock import now
from server.kernel.chinatime import china_day
from server.kernel.errors import NotFound
from server.ledger.rules.words import Pool
from server.reports import queries
from server.reports.rules import candidates

#: What waits: a community that is being renovated is no candidate.
POOLS = {"waiting": "谋划和储备", Pool.PLAN.value: "谋划", Pool.RESERVE.value: "储备", "none": "还没进库"}


@reports.get("/<int:division_id>/candidates")
@needs(Permission.SEE_REPORTS)
def list_candidates(division_id: int) -> str:
    of = seen_division(division_id)
    pool = request.args.get("pool", "waiting")
    if pool not in POOLS:
        raise NotFound
    least = queries.least(of.path, china_day(now()))
    rows = queries.facts_under(of.path)
    stands = queries.pools_of([row.community_id for row in rows])
    waiting = [row for row in rows if _is_in(stands.get(row.community_id), pool)]
    found = candidates.ranked(waiting, least)
    page = page_of(found)
    shown = [one.facts for one in page.items]
    return render_template(
        "office/reports/candidates.html",
        **about(of),
        pool=pool,
        pools=POOLS,
        page=page,
        ranked=sum(one.rank is not None for one in found),
        names=queries.names(shown),
        places=queries.place_names(shown),
        stands=stands,
        least=least,
        rules=candidates,
        words=words,
    )


def _is_in(stands: Pool | None, pool: str) -> bool:
    if pool == "none":
        return stands is None
    if pool == "waiting":
        return stands in {Pool.PLAN, Pool.RESERVE}
    return stands == pool
