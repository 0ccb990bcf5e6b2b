"""What both faces do about tickets: keep pictures, take a report, and the resident's word on one."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from miniprogram_api.session import Resident
from miniprogram_api.tickets.reading import Spot, seen, spot_of
from server.attachments import actions as attachments
from server.attachments.actions import Filed, Photo
from server.infra import crypto, throttle
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.statements import write_together
from server.kernel.errors import Forbidden, Invalid, Throttled
from server.tickets import actions
from server.tickets.actions import Step
from server.tickets.models import Ticket
from server.tickets.queries import Told
from server.tickets.rules.reports import NewTicket
from server.tickets.rules.seeing import Deed
from server.tickets.rules.words import Source

#: Nobody sees so much go wrong in an hour; a telephone that sends more is out of order.
REPORTS, PHOTOS = "20/hour", "120/hour"
TOO_MANY_PHOTOS = "这一小时里传的照片太多了。过一会儿再传。"
TOO_MANY = "这一小时里报得太多了，这一件没有收。写的字还在，过一会儿再发；有危险就直接打电话。"


def check_room(resident: Resident) -> None:
    """Before pictures are drawn anew, which costs the most. Raises Throttled where no report would be taken any more."""
    if throttle.is_full(REPORTS, "report", str(resident.id)):
        raise Throttled(TOO_MANY, retry_after=3600)


def count_photos(many: int, resident: Resident) -> None:
    """Before they are drawn anew. Raises Throttled where it was enough for an hour."""
    with unit_of_work():
        try:
            throttle.hit_all(PHOTOS, [("ticket-photo", str(resident.id))] * many)
        except Throttled as problem:
            raise Throttled(TOO_MANY_PHOTOS, retry_after=problem.retry_after) from None


def keep_photos(drawn: Sequence[Photo], resident: Resident) -> list[str]:
    """Keep pictures for a report of this person; returns what the report names them by."""
    with unit_of_work():
        return [_token(resident, one) for one in _kept(drawn, resident)]


def take_report(
    asked: dict[str, Any], client_key: str, resident: Resident, drawn: Sequence[Photo] = ()
) -> Ticket:
    """In one unit of work, with pictures kept before and those drawn now. What is too fast is refused whole; the page keeps
    what was typed.
    """
    spot = spot_of(resident.id, asked)
    new = _new(asked, spot, client_key, resident)
    filed = [attachments.filing(one, actor=resident.actor, now=now()) for one in drawn]
    with unit_of_work():
        photos = _counted_and_kept(filed, resident)
        all_of_them = replace(new, photos=[*new.photos, *photos])
        return actions.report(all_of_them, actor=resident.actor, now=now(), where=spot.at)


def _counted_and_kept(filed: Sequence[Filed], resident: Resident) -> list[int]:
    """Count the try, and keep the pictures along with it. Raises Throttled, with which both are undone."""
    one = throttle.Try(REPORTS, ("report", str(resident.id)))
    count, *made = write_together(one.counting(), *(each.keeping(n) for n, each in enumerate(filed)))
    try:
        one.check(count)
    except Throttled as problem:
        raise Throttled(TOO_MANY, retry_after=problem.retry_after) from None
    return [each.kept_id(id_) for each, id_ in zip(filed, made, strict=True)]


def say(ticket_id: int, deed: Deed, client_key: str, resident: Resident, note: str = "") -> None:
    """The resident's word. Sent twice it is one; out of order it is told what stands."""
    found = seen(ticket_id, resident.id, now())
    step = Step(resident.actor, now(), client_key, note)
    with unit_of_work():
        if deed is Deed.JOIN:
            actions.join(
                ticket_id, resident_id=resident.id, client_key=client_key, actor=resident.actor, now=now()
            )
            return
        if (
            not found.is_mine
            or (deed is Deed.WITHDRAW and not found.is_reporter)
            or _speaks_for_another(deed, found.row, resident)
        ):
            raise Forbidden("这件不是你报的，要由报的人来说。你可以点“我也遇到了”。")
        {Deed.CONFIRM: actions.confirm, Deed.REOPEN: actions.reopen, Deed.WITHDRAW: actions.withdraw}[deed](
            ticket_id, step
        )


def _speaks_for_another(deed: Deed, row: Told, resident: Resident) -> bool:
    return deed is Deed.CONFIRM and row.reporter_id not in {None, resident.id}


def _new(asked: dict[str, Any], spot: Spot, client_key: str, resident: Resident) -> NewTicket:
    is_for_another = bool(asked["contact_name"] or asked["contact_phone"])
    return NewTicket(
        community_id=spot.community_id,
        category=asked["category"],
        source=Source.ON_BEHALF if is_for_another else Source.RESIDENT_QR,
        client_key=client_key,
        words=asked["words"],
        is_danger=asked["is_danger"],
        photos=_photo_ids(asked["photos"], resident),
        reporter_id=resident.id,
        contact_name=asked["contact_name"],
        contact_phone=asked["contact_phone"],
        **spot.ids,  # type: ignore[arg-type]
    )


def _kept(drawn: Sequence[Photo], resident: Resident) -> list[int]:
    return [attachments.keep_photo(one, actor=resident.actor, now=now()).id for one in drawn]


def _token(resident: Resident, attachment_id: int) -> str:
    """Names a picture for one person only: whoever tries numbers reaches nobody else's."""
    proof = crypto.lookup("ticket-photo", f"{resident.id}:{attachment_id}").hex()
    return f"{attachment_id}.{proof[:40]}"


def _photo_ids(tokens: Sequence[str], resident: Resident) -> list[int]:
    found = []
    for token in tokens:
        number = token.partition(".")[0]
        if not (number.isascii() and number.isdecimal() and token == _token(resident, int(number))):
            raise Invalid(
                "有一张照片没有收到。请重新选。", fields={"photo": ["这张照片没有收到，请重新选。"]}
            )
        found.append(int(number))
    return found
