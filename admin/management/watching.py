"""A round of the watch: the checklist with its pictures, and what a round saw beside the pictures of completion."""

from datetime import date

from flask import Response, flash, render_template, request
from marshmallow import ValidationError

from admin.guard import needs
from admin.management.desk import Page, back_to, form_page, management, today, typed_again
from admin.management.repairing import open_tickets
from admin.session import me
from server.attachments import actions as attachments
from server.attachments import queries as photos
from server.attachments.actions import Photo
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line
from server.kernel.errors import Invalid, NotFound, Problem
from server.management import actions, queries
from server.management.actions import Look
from server.management.rules.watch import BASELINE, Verdict, WatchItem, round_name
from server.projects import queries as projects

WORDS = Line(200)


@management.get("/communities/<int:community_id>/management/rounds/new/<int:months>")
@needs(Permission.HOLD_WATCH)
def new_round(community_id: int, months: int) -> Page:
    return _round_form(community_id, months, None)


@management.post("/communities/<int:community_id>/management/rounds/new/<int:months>")
@needs(Permission.HOLD_WATCH)
def hold_round(community_id: int, months: int) -> Page:
    completed_on = _completed(community_id)
    try:
        seen = {item: one for item in WatchItem if (one := _seen(item)) is not None}
        with unit_of_work():
            actions.hold_round(
                community_id,
                completed_on=completed_on,
                months=months,
                looks={item: _kept(*one) for item, one in seen.items()},
                client_key=request.form.get("client_key", ""),
                actor=me().actor,
                now=now(),
            )
            opened = open_tickets(community_id)
    except Problem as error:
        return _round_form(community_id, months, error)
    flash(f"已记下。回潮的开了 {opened} 件工单，派人去修。" if opened else "已记下。", "go")
    return back_to(community_id, "watch")


@management.get("/communities/<int:community_id>/management/rounds/<int:watch_id>")
@needs(Permission.SEE_MANAGEMENT)
def round_page(community_id: int, watch_id: int) -> Page:
    row = queries.watch_round(watch_id, community_id)
    if row is None:
        raise NotFound
    return render_template(
        "office/management/round.html",
        community_id=community_id,
        row=row,
        name=round_name(row.months),
        is_baseline=row.months == BASELINE,
        pairs=[pair for pair in queries.findings(row) if pair.finding.verdict is not Verdict.ABSENT],
    )


@management.get("/communities/<int:community_id>/management/findings/<int:finding_id>/photo")
@needs(Permission.SEE_MANAGEMENT)
def finding_photo(community_id: int, finding_id: int) -> Response:
    row = queries.finding(finding_id, community_id)
    if row is None or row.attachment_id is None:
        raise NotFound
    return Response(photos.content(row.attachment_id), content_type="image/jpeg")


def _completed(community_id: int) -> date:
    """The day of completion, from the works. Raises NotFound where there is none to look back at."""
    found = projects.finished_on([community_id]).get(community_id)
    if found is None:
        raise NotFound
    return found


def _seen(item: WatchItem) -> tuple[Verdict, str, Photo | None] | None:
    """What the form says of an item, its picture drawn anew before the unit of work; None where nothing was chosen."""
    word = request.form.get(f"{item.value}-verdict", "")
    if word not in set(Verdict):
        return None
    file = request.files.get(f"{item.value}-photo")
    try:
        words = WORDS.deserialize(request.form.get(f"{item.value}-words", ""))
        photo = attachments.draw_anew(file.read()) if file is not None and file.filename else None
    except ValidationError as error:
        raise Invalid("有几项没看全，请看标红的地方。", fields={item.value: list(error.messages)}) from None
    except Invalid as error:
        raise Invalid("有几项没看全，请看标红的地方。", fields={item.value: [error.message]}) from None
    return Verdict(word), words, photo


def _kept(verdict: Verdict, words: str, photo: Photo | None) -> Look:
    if photo is None:
        return Look(verdict, words)
    return Look(verdict, words, attachments.keep_photo(photo, actor=me().actor, now=now()).id)


def _round_form(community_id: int, months: int, error: Problem | None) -> Page:
    completed_on = _completed(community_id)
    planned = queries.rounds_at({community_id: completed_on}, today()).get(community_id, [])
    found = next((one for one in planned if one.months == months), None)
    if found is None:
        raise NotFound
    baseline = queries.held(community_id, completed_on, BASELINE) if months else None
    before = {pair.finding.item: pair.finding for pair in queries.findings(baseline)} if baseline else {}
    verdicts = [one for one in Verdict if months or one is not Verdict.FELL_BACK]
    return form_page(
        "round_new.html",
        error,
        community_id=community_id,
        found=found,
        items=[(item, before.get(item)) for item in WatchItem],
        verdicts=[
            (one.value, one.name_zh if months or one is Verdict.ABSENT else "改好了") for one in verdicts
        ],
        typed=typed_again(),
    )
