"""Adding an entry to a source's money, and recording what the works cost."""

from collections.abc import Sequence
from datetime import date, datetime

from server.infra import replay
from server.infra.second import entered
from server.kernel.actor import Actor
from server.kernel.chinatime import china_day
from server.plans.rules.words import FundSource
from server.projects.actions.keeping import keep_entry, locked, project_record
from server.projects.models import FundingLine, ProjectCost
from server.projects.models.works import About
from server.projects.queries import costs, lowest_sum_from, sum_of
from server.projects.rules.money import Entry, check_cost, check_entry


def add_funding(
    project_id: int,
    *,
    source: FundSource,
    entry: Entry,
    amount_fen: int,
    entered_on: date,
    document: str,
    photos: Sequence[int],
    client_key: str,
    actor: Actor,
    now: datetime,
) -> FundingLine:
    """One entry more. Spending more than came in is taken and flagged: hiding it would be worse than knowing it."""
    row = locked(project_id)
    digest = replay.digest(actor, "add_funding", project_id, source, entry, amount_fen, entered_on, document)
    earlier = replay.earlier(FundingLine, client_key, digest)
    if earlier is not None:
        return earlier
    so_far = sum_of(row.id, source, entry)
    lowest = lowest_sum_from(row.id, source, entry, entered_on)
    check_entry(entry, amount_fen, lowest=lowest, document=document, on=entered_on, today=china_day(now))
    line = FundingLine(
        project_id=row.id,
        source=source,
        entry=entry,
        amount_fen=amount_fen,
        entered_on=entered_on,
        document=document.strip(),
        **entered(actor, now, client_key, digest),
    )
    keep_entry(row.id, About.FUNDING, line, photos)
    project_record(
        actor, "projects.add_funding", row.id, now=now,
        source=source, entry=entry, amount_fen=amount_fen, sum_fen=so_far + amount_fen, entered_on=entered_on,
        document=line.document,
    )  # fmt: skip
    return line


def set_cost(
    project_id: int,
    *,
    amount_fen: int,
    entered_on: date,
    document: str,
    photos: Sequence[int],
    client_key: str,
    actor: Actor,
    now: datetime,
) -> ProjectCost:
    """From now on the works cost this; earlier budgets stay readable."""
    row = locked(project_id)
    digest = replay.digest(actor, "set_cost", project_id, amount_fen, entered_on, document)
    earlier = replay.earlier(ProjectCost, client_key, digest)
    if earlier is not None:
        return earlier
    check_cost(amount_fen, document=document, on=entered_on, today=china_day(now))
    before = costs(row.id)
    cost = ProjectCost(
        project_id=row.id,
        amount_fen=amount_fen,
        entered_on=entered_on,
        document=document.strip(),
        **entered(actor, now, client_key, digest),
    )
    keep_entry(row.id, About.COST, cost, photos)
    project_record(
        actor, "projects.set_cost", row.id, now=now,
        before=before[0].amount_fen if before else None, after=amount_fen, entered_on=entered_on,
        document=cost.document,
    )  # fmt: skip
    return cost
