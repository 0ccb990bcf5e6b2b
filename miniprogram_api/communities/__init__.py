"""A community as JSON, as everyone may read it: where it stands, its decisions, whether a paper is genuine; and to oneself
what became of one's own words."""

from typing import Any

from apiflask import APIBlueprint

from miniprogram_api.communities import examples
from miniprogram_api.communities.reading import about, overview, own_words, paper_with, sheet
from miniprogram_api.communities.schemas import CommunityOut, DecisionOut, OwnTracesOut, PaperOut, VersionIn
from miniprogram_api.communities.shapes import community_shape, decision_shape, own_traces_shape, paper_shape
from miniprogram_api.guard import auth, open_to_all
from miniprogram_api.schemas import problems
from miniprogram_api.session import me
from server.infra.clock import now

communities = APIBlueprint("communities", __name__, url_prefix="/api/v1", tag="小区")

#: A token is taken, and not asked for: to owners it shows the exact areas of their own scopes.
WITH_OR_WITHOUT: list[str | dict[str, list[Any]]] = [{"BearerAuth": []}, {}]


@communities.get("/communities/<int:community_id>")
@communities.auth_required(auth, optional=True)  # type: ignore[arg-type]
@communities.output(CommunityOut, example=examples.COMMUNITY)
@communities.doc(
    operation_id="get_community",
    summary="小区的公开页：走到哪一步、正在公示什么、投了什么、定了什么",
    security=WITH_OR_WITHOUT,
    responses=problems(404),
)
def show(community_id: int) -> dict[str, Any]:
    """Of any community, for anyone, as a notice at its gate would be."""
    of = about(community_id, auth.current_user)
    return community_shape(of, overview(community_id, auth.current_user, now()), now())


@communities.get("/communities/<int:community_id>/decisions/<int:decision_id>")
@communities.auth_required(auth, optional=True)  # type: ignore[arg-type]
@communities.input(VersionIn, location="query", arg_name="query")
@communities.output(DecisionOut, example=examples.DECISION)
@communities.doc(
    operation_id="get_decision",
    summary="一份决定：定了什么、凭什么、后来怎么样",
    security=WITH_OR_WITHOUT,
    responses=problems(404, 422),
)
def decision(community_id: int, decision_id: int, query: dict[str, Any]) -> dict[str, Any]:
    """A draft answers as if there were none. In a small scope exact areas are for its own owners, who send their token."""
    return decision_shape(sheet(community_id, decision_id, query["version"], auth.current_user, now()))


@communities.get("/papers/<code>")
@communities.output(PaperOut, example=examples.PAPER)
@communities.doc(
    operation_id="check_paper", summary="查一张纸的真假：纸上验证码是不是这里出的", responses=problems(404)
)
@open_to_all
def check(code: str) -> dict[str, Any]:
    """Spaces, dashes and small letters are taken as people type them."""
    found = paper_with(code)
    return paper_shape(found, about(found.community_id, None), now())


@communities.get("/communities/<int:community_id>/traces/mine")
@communities.auth_required(auth)
@communities.output(OwnTracesOut, example=examples.OWN)
@communities.doc(
    operation_id="list_own_traces", summary="我自己说过的，后来怎么样", responses=problems(401, 404)
)
def own(community_id: int) -> dict[str, Any]:
    return own_traces_shape(own_words(community_id, me(), now()), community_id)
