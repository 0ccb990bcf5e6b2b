"""Working on a ticket: each act a button or a form of its own. Of two at once the second is told who was first."""

from collections.abc import Callable
from typing import Any

from flask import flash, request

from admin.guard import holds, needs
from admin.session import me
from admin.tickets.desk import (
    Page,
    StepIn,
    back_to,
    drawn_photos,
    form_page,
    found,
    row_id,
    step_of,
    tickets,
)
from admin.tickets.ways import Way, way
from server.identity import queries as identity
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.forms import load_form
from server.kernel.chinatime import china_day
from server.kernel.errors import Invalid, NotFound, Problem
from server.ledger import queries as ledger
from server.tickets import actions, queries
from server.tickets.actions import Step
from server.tickets.models import Ticket
from server.tickets.rules.states import keeps_time
from server.tickets.rules.words import Act, Priority

Form = dict[str, Any]


@tickets.get("/communities/<int:community_id>/tickets/<int:ticket_id>/work/<act>")
@needs(Permission.WORK_TICKET)
def work_form(community_id: int, ticket_id: int, act: str) -> Page:
    row = found(community_id, ticket_id)
    return _page(row, _way(row, act), {}, None)


@tickets.post("/communities/<int:community_id>/tickets/<int:ticket_id>/work/<act>")
@needs(Permission.WORK_TICKET)
def work(community_id: int, ticket_id: int, act: str) -> Page:
    row = found(community_id, ticket_id)
    one = _way(row, act)
    try:
        form, photos = load_form(StepIn), drawn_photos()
        with unit_of_work():
            _DO[one.act](ticket_id, step_of(row, form, photos), form)
    except Problem as error:
        return _page(found(community_id, ticket_id), one, dict(request.form), error)
    flash(f"记下了：{one.label}。", "go")
    return back_to(row)


@tickets.post("/communities/<int:community_id>/tickets/<int:ticket_id>/notes")
@needs(Permission.ENTER_TICKET)
def add_note(community_id: int, ticket_id: int) -> Page:
    row = found(community_id, ticket_id)
    try:
        form, photos = load_form(StepIn), drawn_photos()
        with unit_of_work():
            # What others did meanwhile makes no word less true.
            actions.note(ticket_id, step_of(row, form | {"seen": None}, photos))
    except Problem as error:
        return form_page("note.html", found(community_id, ticket_id), dict(request.form), error)
    flash("留言记下了，报的人看得到。", "go")
    return back_to(row)


def _dispatch(ticket_id: int, step: Step, form: Form) -> Ticket:
    assignee_id = row_id(form["assignee_id"])
    return actions.dispatch(ticket_id, step, assignee_id=assignee_id, worker=form["worker"])


def _prioritise(ticket_id: int, step: Step, form: Form) -> Ticket:
    if form["priority"] is None:
        raise Invalid("选紧急程度。", fields={"priority": ["选紧急程度。"]})
    # The company whose time it is does not lengthen it: the committee does, whose people ask the residents.
    is_committees = holds(Permission.CALL_BACK_TICKET, step.community_id)
    return actions.prioritise(ticket_id, form["priority"], step, may_put_off=is_committees)


def _merge(ticket_id: int, step: Step, form: Form) -> Ticket:
    into = row_id(form["into_id"])
    if into is None or queries.ticket(into, step.community_id) is None:
        raise Invalid("选并到哪一件。", fields={"into_id": ["选并到哪一件。"]})
    return actions.merge(ticket_id, into, step)


_DO: dict[Act, Callable[[int, Step, Form], Ticket]] = {
    Act.ACCEPT: lambda id_, step, _: actions.accept(id_, step),
    Act.DISPATCH: _dispatch,
    Act.ARRIVE: lambda id_, step, _: actions.arrive(id_, step),
    Act.START: lambda id_, step, _: actions.start_work(id_, step),
    Act.FINISH: lambda id_, step, _: actions.finish(id_, step),
    Act.FINISH_PARTLY: lambda id_, step, _: actions.finish_partly(id_, step),
    Act.REFUSE: lambda id_, step, _: actions.refuse(id_, step),
    Act.ASK_SUSPENSION: lambda id_, step, _: actions.ask_suspension(id_, step),
    Act.RESUME: lambda id_, step, _: actions.resume(id_, step),
    Act.PRIORITISE: _prioritise,
    Act.MERGE: _merge,
}


def _way(row: Ticket, act: str) -> Way:
    one = way(row, act)
    if one is None:
        raise NotFound
    return one


def _page(row: Ticket, one: Way, typed: dict[str, Any], error: Problem | None) -> Page:
    return form_page(
        "act.html",
        row,
        typed,
        error,
        way=one,
        needs_photo=one.act is Act.FINISH and not row.category.is_complaint,
        people=_people(row) if one.act is Act.DISPATCH else [],
        priorities=[(each.value, each.name_zh) for each in Priority if each is not row.priority]
        if one.act is Act.PRIORITISE
        else [],
        others=_others(row) if one.act is Act.MERGE else [],
    )


def _people(row: Ticket) -> list[tuple[int, str]]:
    """Who may work there today; the one at the desk first."""
    place = ledger.place(row.community_id)
    ids = identity.staff_with(Permission.WORK_TICKET, place, china_day(now())) if place else []
    names = identity.staff_names(ids)
    mine = me().id
    return [
        (id_, f"我（{names[id_]}）" if id_ == mine else names[id_])
        for id_ in sorted(ids, key=lambda id_: id_ != mine)
    ]


def _others(row: Ticket) -> list[tuple[int, str]]:
    """Open ones of the same place that it may be the same as, and that are not due later. Around a facility only those of
    its kind: it is not every trouble of its building."""
    some = queries.similar(
        row.community_id,
        row.category if row.facility_id else None,
        now(),
        facility_id=row.facility_id,
        building_id=row.building_id,
        entrance_id=row.entrance_id,
    )
    found = [queries.known(one.id) for one in some if one.id != row.id]
    return [
        (one.id, f"{one.id} 号，{one.place}，{one.category.name_zh}，{one.state.name_zh}")
        for one in found
        if keeps_time(row.fixed_by, one.fixed_by)
    ]
