"""What residents do in the works, asked by both faces: book, raise, look, claim, patrol, promise."""

from collections.abc import Mapping, Sequence
from typing import Any

from miniprogram_api.works.seats import Seat, count_report, known_project
from server.attachments import actions as attachments
from server.attachments.actions import Photo
from server.contributions import actions as contributions
from server.contributions import queries as known_pledges
from server.contributions.models import Pledge
from server.contributions.rules import Kind
from server.identity import queries as identity
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.kernel.chinatime import china_day
from server.kernel.errors import Invalid, NotFound
from server.kernel.money import fen_of
from server.ledger import queries as ledger
from server.messages.actions import tell
from server.messages.rules import Recipient
from server.projects import actions, queries
from server.projects.models import Appointment, DamageClaim, Patrol, PunchAct, PunchPoint
from server.projects.queries import PointCard
from server.projects.rules.points import Mark, PointAct

MOST_PHOTOS = 4


def drawn(files: Sequence[Any]) -> list[Photo]:
    """The pictures that came along, drawn anew; before any unit of work, for it takes its time."""
    sent = [one for one in files if one is not None and one.filename]
    if len(sent) > MOST_PHOTOS:
        sentence = f"一次最多 {MOST_PHOTOS} 张照片。"
        raise Invalid(sentence, fields={"photo": [sentence]})
    return [attachments.draw_anew(one.read()) for one in sent]


def book(seat: Seat, slot_id: int, flat_id: int | None, client_key: str) -> Appointment:
    flat = seat.flat(flat_id)
    queries.slot(slot_id, seat.community_id)
    with unit_of_work():
        return actions.book_visit(
            slot_id, flat_id=flat.id, client_key=client_key, actor=seat.resident.actor, now=now()
        )


def let_go(seat: Seat, appointment_id: int) -> Appointment:
    with unit_of_work():
        return actions.let_visit_go(
            appointment_id, flat_ids=seat.flat_ids, actor=seat.resident.actor, now=now()
        )


def raise_point(seat: Seat, form: Mapping[str, Any], files: Sequence[Any], client_key: str) -> PunchPoint:
    count_report(seat.resident)
    flat, line, photos = seat.flat(form["flat_id"]), known_project(seat.community_id), drawn(files)
    with unit_of_work():
        return actions.raise_point(
            line.id, community_id=seat.community_id, flat_id=flat.id, item_id=form["item_id"],
            place=form["place"], words=form["words"], photos=_kept(photos, seat), client_key=client_key,
            actor=seat.resident.actor, now=now(),
        )  # fmt: skip


def seen_point(seat: Seat, point_id: int) -> PointCard:
    """A point that this person may read: of their own household, or passed for others. Another is as if it were not."""
    card = queries.point(point_id, seat.community_id)
    if not card.is_read_by(seat.flat_ids):
        raise NotFound
    return card


def look_at_point(seat: Seat, point_id: int, form: Mapping[str, Any], client_key: str) -> PunchAct:
    """A resident says whether it is right now; nothing else is theirs to say."""
    card = seen_point(seat, point_id)
    kind = PointAct.PASSED if form["is_right"] else PointAct.SENT_BACK
    with unit_of_work():
        return actions.act_on_point(
            card.point.id, community_id=seat.community_id, kind=kind, words=form["words"], photos=(),
            client_key=client_key, actor=seat.resident.actor, now=now(),
        )  # fmt: skip


def claim(seat: Seat, form: Mapping[str, Any], files: Sequence[Any], client_key: str) -> DamageClaim:
    """Those who must answer are told in the same unit of work."""
    count_report(seat.resident)
    flat, line, photos = seat.flat(form["flat_id"]), known_project(seat.community_id), drawn(files)
    before = {card.claim.id for card in queries.claims_of(seat.flat_ids)}
    with unit_of_work():
        made = actions.claim_damage(
            line.id, community_id=seat.community_id, flat_id=flat.id, item_id=form["item_id"],
            happened_on=form["happened_on"], words=form["words"], photos=_kept(photos, seat),
            client_key=client_key, actor=seat.resident.actor, now=now(),
        )  # fmt: skip
        if made.id not in before:
            _tell_answerers(made)
        return made


def patrol(
    seat: Seat, marks: Mapping[str, Mark], form: Mapping[str, Any], files: Sequence[Any], client_key: str
) -> Patrol:
    """As the household that was named; whoever is not is told whom to ask."""
    count_report(seat.resident)
    line, photos, named = known_project(seat.community_id), drawn(files), seat.watches()
    with unit_of_work():
        return actions.walk_patrol(
            line.id, flat_id=named.flat_id if named else seat.flats[0].id, place=form["place"], marks=marks,
            words=form["words"], photos=_kept(photos, seat), client_key=client_key,
            actor=seat.resident.actor, now=now(),
        )  # fmt: skip


def pledge(seat: Seat, form: Mapping[str, Any], client_key: str) -> Pledge:
    """Whoever takes it in is told in the same unit of work: the household reads that they will get in touch."""
    count_report(seat.resident)
    flat = seat.flat(form["flat_id"])
    before = {card.pledge.id for card in known_pledges.pledges_of(seat.flat_ids)}
    with unit_of_work():
        made = contributions.make_pledge(
            seat.community_id, flat_id=flat.id, kind=form["kind"], amount=amount_of(form["kind"], form["amount"]),
            words=form["words"], shown=form["shown"], name=form["name"], client_key=client_key,
            actor=seat.resident.actor, now=now(),
        )  # fmt: skip
        if made.id not in before:
            _tell_takers(made)
        return made


def take_back(seat: Seat, pledge_id: int) -> Pledge:
    with unit_of_work():
        return contributions.take_back(
            pledge_id, flat_ids=seat.flat_ids, actor=seat.resident.actor, now=now()
        )


def amount_of(kind: Kind, typed: str) -> int | None:
    """Yuan become fen, hours are whole; space and ideas are not measured."""
    if not kind.is_measured or not typed:
        return None
    if kind is Kind.MONEY:
        return fen_of(typed)
    if not typed.isascii() or not typed.isdecimal():
        sentence = "小时填整数，例如 8。"
        raise Invalid(sentence, fields={"amount": [sentence]})
    return int(typed)


def _kept(photos: Sequence[Photo], seat: Seat) -> list[int]:
    return [attachments.keep_photo(one, actor=seat.resident.actor, now=now()).id for one in photos]


def _tell_takers(made: Pledge) -> None:
    tell(
        _staff_with(Permission.RECORD_CONTRIBUTIONS, made.community_id),
        kind="contributions.pledged",
        subject="有住户想出一份",
        body=f"{made.kind.name_zh}。看看是哪一户，约好怎么交、怎么做。",
        link=f"/admin/communities/{made.community_id}/contributions/{made.id}",
        community_id=made.community_id,
        now=now(),
    )


def _staff_with(permission: Permission, community_id: int) -> list[Recipient]:
    place = ledger.place(community_id)
    found = identity.staff_with(permission, place, china_day(now())) if place is not None else []
    return [Recipient.staff(one) for one in found]


def _tell_answerers(made: DamageClaim) -> None:
    tell(
        _staff_with(Permission.RECORD_PROJECTS, made.community_id),
        kind="works.claim_made",
        subject="有住户说施工弄坏了东西",
        body=f"最晚 {made.due_on.month} 月 {made.due_on.day} 日答复认不认。",
        link=f"/admin/communities/{made.community_id}/works/claims/{made.id}",
        community_id=made.community_id,
        now=now(),
    )
