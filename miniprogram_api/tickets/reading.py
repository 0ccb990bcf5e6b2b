"""What both faces ask about tickets: where a report is of, and what this person may see of one."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from miniprogram_api.homes import communities_of
from miniprogram_api.tickets.schemas import Scope, Where
from server.identity import queries as identity
from server.identity.models import PlaceKind
from server.identity.rules import Deed as HomeDeed
from server.kernel.errors import Forbidden, NotFound
from server.kernel.pages import Page
from server.ledger import queries as ledger
from server.ledger.queries import CommunitySigns
from server.ledger.rules.names import label
from server.moderation import queries as moderation
from server.projects.queries import Reach
from server.tickets import queries
from server.tickets.models import Ticket
from server.tickets.queries import (
    EVERYWHERE,
    PHOTO_OF,
    WORDS_OF,
    Alike,
    Located,
    Looked,
    PicturedAct,
    Selected,
    Told,
    located,
)
from server.tickets.rules.reports import NewTicket
from server.tickets.rules.seeing import Deed, deeds, is_read, reads_whole
from server.tickets.rules.words import Category, Source


@dataclass(frozen=True)
class Spot:
    """Where a report is of."""

    community_id: int
    at: Located
    #: Of the report: facility_id, building_id, entrance_id or flat_id.
    ids: dict[str, int]
    signs: CommunitySigns

    @property
    def is_home(self) -> bool:
        return "flat_id" in self.ids


def spot_of(resident_id: int, asked: dict[str, Any]) -> Spot:
    """By the poster's code, or from the person's own home. Raises NotFound or Forbidden where it is not theirs to report."""
    return _by_code(resident_id, asked["code"]) if asked["code"] else _by_home(resident_id, asked)


def similar(spot: Spot, category: Category, moment: datetime) -> list[Alike]:
    """What is inside a home is like nothing of the neighbours'."""
    if spot.is_home:
        return []
    return queries.similar(
        spot.community_id,
        category,
        moment,
        facility_id=spot.ids.get("facility_id"),
        building_id=spot.at.building_id,
        entrance_id=spot.at.entrance_id,
    )


def _by_code(resident_id: int, code: str) -> Spot:
    row = identity.place_code_by_token(code)
    if row is None:
        raise NotFound("这张海报已经换过，码不能用了。请扫旁边新的一张，或从“我的小区”进来报。")
    if row.community_id not in communities_of(resident_id):
        raise Forbidden("这里不是你住的小区。请打海报上的电话报给居委会。")
    ids = {} if row.kind is PlaceKind.COMMUNITY else {f"{row.kind.value}_id": row.target_id}
    here = NewTicket(row.community_id, Category.OTHER, Source.RESIDENT_QR, "", **ids)  # type: ignore[arg-type]
    return Spot(row.community_id, located(here), ids, ledger.signs(row.community_id))


def _by_home(resident_id: int, asked: dict[str, Any]) -> Spot:
    """Its flat tells the building and the stairs: nothing more is looked up."""
    mine = {one.flat_id: one for one in identity.flats_of(resident_id) if one.may(HomeDeed.REPORT_ISSUE)}
    flat_id = asked["flat_id"] or next(iter(mine), None)
    if flat_id not in mine:
        raise NotFound("没有找到这套房。先扫信箱里的二维码，绑定你住的房。")
    home = ledger.home(flat_id)
    if home is None:
        raise NotFound
    flat, signs = home
    if asked["where"] is Where.COMMUNITY:
        return Spot(flat.community_id, Located(None, None, EVERYWHERE), {}, signs)
    at = Located(flat.building_id, flat.entrance_id, label(flat.building, flat.entrance))
    ids = {"flat_id": flat_id} if asked["where"] is Where.HOME else {"entrance_id": flat.entrance_id}
    return Spot(flat.community_id, at, ids, signs)


# ------------------------------------------------------------------ what may be seen


@dataclass(frozen=True)
class Seen:
    """A ticket as this person may know of it."""

    at: Looked
    is_mine: bool
    is_reporter: bool
    #: None: written, and not theirs to read yet.
    words: str | None
    #: Ids of the pictures that came with the report or with what was done, and may be seen.
    photos: list[int]
    #: None for others than whose it is. What a neighbour said in one is left out for whoever joined.
    acts: list[PicturedAct]
    may: frozenset[Deed]

    @property
    def row(self) -> Told:
        return self.at.row

    @property
    def joined(self) -> int:
        return self.at.joined


def seen(ticket_id: int, resident_id: int, moment: datetime) -> Seen:
    """Raises NotFound where it is of another community, or inside another's home."""
    at = queries.looked_at(ticket_id, resident_id)
    row = at.row
    is_reporter = row.reporter_id == resident_id
    is_mine = is_reporter or at.is_joined
    if not (is_mine or (row.flat_id is None and row.community_id in communities_of(resident_id))):
        raise NotFound
    acts, reader = at.acts, f"resident:{resident_id}"
    whole = [is_mine and reads_whole(one.act, one.actor, reader, is_reporter=is_reporter) for one in acts]
    pictures = _pictures(acts, whole)
    return Seen(
        at=at,
        is_mine=is_mine,
        is_reporter=is_reporter,
        words=row.words if is_reporter else _words_for_others(row),
        photos=pictures,
        acts=[
            replace(
                one, note=one.note if is_whole else "", photos=[it for it in one.photos if it in pictures]
            )
            for one, is_whole in zip(acts, whole, strict=True)
            if is_mine and is_read(one.act)
        ],
        may=deeds(
            row.state,
            is_reporter=is_reporter,
            is_joined=at.is_joined,
            has_reporter=row.reporter_id is not None,
            is_answered=row.answered_at is not None,
            reopen_until=queries.reopen_until(row),
            now=moment,
        ),
    )


def tickets_around(resident_id: int, moment: datetime, page: int) -> Page[Ticket]:
    """What is open in the communities of their homes; never what is inside a home."""
    reach = Reach((), tuple(communities_of(resident_id)))
    return queries.tickets(Selected(reach, is_shared=True), moment, page)


def listed(scope: Scope, resident_id: int, page: int, moment: datetime) -> Page[Ticket]:
    if scope is Scope.AROUND:
        return tickets_around(resident_id, moment, page)
    if scope is Scope.MINE:
        return queries.of_resident(resident_id, page)
    waiting = queries.waiting_for(resident_id)
    return Page(waiting if page == 1 else [], page, max(1, len(waiting)), len(waiting))


def attachment_of(ticket_id: int, photo_id: int, resident_id: int, moment: datetime) -> int:
    """The attachment behind a picture they may see. Raises NotFound."""
    if photo_id not in seen(ticket_id, resident_id, moment).photos:
        raise NotFound
    found = [one for some in queries.photos(ticket_id).values() for one in some if one.id == photo_id]
    return found[0].attachment_id


def _words_for_others(row: Told) -> str | None:
    return moderation.standing(WORDS_OF, [row.id])[row.id].text


def _pictures(acts: list[PicturedAct], whole: list[bool]) -> list[int]:
    """Those of the acts that are read whole, and those of the others that somebody let through."""
    rest = [photo for act, is_whole in zip(acts, whole, strict=True) if not is_whole for photo in act.photos]
    standing = moderation.standing(PHOTO_OF, rest) if rest else {}
    return [one for act in acts for one in act.photos if one not in standing or standing[one].is_public]
