"""One community's management on one page, and the pictures of its papers."""

from flask import Response, render_template

from admin.guard import needs
from admin.management.desk import Page, chosen_by, management, publish_months, today
from server.attachments import queries as attachments
from server.identity.rules import Permission
from server.kernel.errors import NotFound
from server.management import queries
from server.management.models import About
from server.management.rules.accounts import Book
from server.management.rules.fees import fee_in_force
from server.management.rules.handover import HandoverStep, StepState, handover_text
from server.projects import queries as projects


@management.get("/communities/<int:community_id>/management")
@needs(Permission.SEE_MANAGEMENT)
def community_page(community_id: int) -> Page:
    """Who manages it, since when and for how much; its books, its handover, and how the works hold."""
    on = today()
    card = queries.managers([community_id], on).get(community_id)
    finished_on = projects.finished_on([community_id]).get(community_id)
    records = queries.handover_records(community_id)
    states = queries.step_states([community_id])[community_id]
    return render_template(
        "office/management/community.html",
        community_id=community_id,
        today=on,
        card=card,
        fee=fee_in_force(queries.fees(card.contract.id), on) if card else None,
        chosen_by=chosen_by(card) if card else None,
        contracts=queries.contracts_of(community_id),
        finished_on=finished_on,
        books=[
            queries.book(
                community_id,
                book,
                managed_since=card.contract.starts_on if card else None,
                months=publish_months(community_id),
                only_published=False,
            )
            for book in Book
        ],
        steps=[
            (step, states.get(step), next((r for r in records if r.step is step), None))
            for step in HandoverStep
        ],
        StepState=StepState,
        handover=handover_text(states),
        evidence=queries.evidence_of(community_id, About.HANDOVER),
        rounds=queries.rounds_at({community_id: finished_on}, on).get(community_id, [])
        if finished_on
        else [],
        held={(row.completed_on, row.months): row for row in queries.rounds_of(community_id)},
        fallen=queries.fallen_back([community_id]),
    )


@management.get("/communities/<int:community_id>/management/evidence/<int:evidence_id>")
@needs(Permission.SEE_MANAGEMENT)
def evidence_photo(community_id: int, evidence_id: int) -> Response:
    row = queries.evidence(evidence_id, community_id)
    if row is None:
        raise NotFound
    return Response(attachments.content(row.attachment_id), content_type="image/jpeg")
