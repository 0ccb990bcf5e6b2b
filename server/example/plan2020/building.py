"""What some communities of the plan build by: lifts with their papers, schemes, a drawing set and what changed in it."""

from collections.abc import Mapping
from datetime import date

from server.decisions.actions.drawings import Sheets
from server.decisions.queries.voted import voted
from server.decisions.rules.outcome import Outcome
from server.example import lifts
from server.example.plan2020.course import Course
from server.example.plan2020.places import Community
from server.example.schemes import AGREED_BY, DESIGN_OFFICE, SHEETS, Amount, Written, enter_drawing, write
from server.example.site import Site
from server.kernel.chinatime import china_day
from server.ledger import queries as ledger
from server.ledger.queries import FlatCard
from server.ledger.rules.words import FlatUse

#: One in so many of those that voted on lifts, and of those that decided something.
HEARD, DRAWN_UP = 2, 5
#: Yuan a household for one item; and what people were told, of a hundred.
LEAST, MOST, TOLD = 600, 3_200, 98
#: The change against what was in force, and why.
BEFORE, AFTER, REASON = "检查井在通道中间。", "检查井移到绿地边上。", "通道要留给消防车。"
DEARER = "材料涨价，又多挖出一段旧管。"


def has_cases(of: Community, course: Course) -> bool:
    return course.package.by_entrance and of.draws("lifts").one_in(HEARD)


def has_scheme(of: Community) -> bool:
    return of.draws("scheme").one_in(DRAWN_UP)


def hear(site: Site, of: Community, course: Course) -> None:
    """While people vote on lifts, one entrance comes to terms and the next waits for a consent."""
    if not has_cases(of, course):
        return
    day = course.days.vote_closes - 4
    homes = (_homes(site, entrance.id) for entrance in ledger.entrances(site.community_id))
    acts = iter((lifts.settle, lifts.hold_back))
    for flats in homes:
        act = next(acts, None) if len(flats) > 1 else None
        if act is not None:
            act(site, flats[0].entrance_id, [flat.id for flat in flats[:2]], day)


def draw_up(site: Site, of: Community, course: Course) -> None:
    """The scheme of what was decided, its drawings, and in every other one a change that departs too far."""
    if not has_scheme(of):
        return
    draws, day = of.draws("costs"), course.days.signed
    adopted = [one for one in voted(site.community_id, site.today).votes if one.outcome is Outcome.ADOPTED]
    if not adopted:
        return
    ground, households = adopted[0], ledger.figures(site.community_id).households
    # Of a lift, the first entrance that may build it.
    here = [one.item for one in adopted if one.node == ground.node]
    yuan = {item: households * draws.between(LEAST, MOST) for item in here}
    told, source = sum(yuan.values()) * TOLD // 100, f"b{ground.ballot_id}"
    first = Written(_lines(yuan, households), told, day + 1, day + 2)
    write(site, ground.node, source, first)
    enter_drawing(site, _sheets(china_day(site.at(day + 2, 9))), day + 2)
    enter_drawing(site, _changed(china_day(site.at(day + 5, 9))), day + 5)
    if draws.one_in(2):
        dearer = {item: amount * 3 // 2 for item, amount in yuan.items()}
        write(site, ground.node, source, Written(_lines(dearer, households), told, day + 7, reason=DEARER))


def _homes(site: Site, entrance_id: int) -> list[FlatCard]:
    """From the ground up."""
    found = ledger.flats(site.community_id, entrance_id=entrance_id).items
    homes = (flat for flat in found if flat.use is FlatUse.DWELLING)
    return sorted(homes, key=lambda flat: (flat.floor or 0, flat.room))


def _lines(yuan: Mapping[str, int], households: int) -> dict[str, Amount]:
    return {item: Amount(str(households), "户", amount) for item, amount in yuan.items()}


def _sheets(drawn_on: date) -> Sheets:
    return Sheets(SHEETS, DESIGN_OFFICE, drawn_on)


def _changed(drawn_on: date) -> Sheets:
    return Sheets(SHEETS, DESIGN_OFFICE, drawn_on, BEFORE, AFTER, REASON, AGREED_BY, drawn_on)
