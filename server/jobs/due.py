"""What falls due with time: a list of duties, each done in its own unit of work, so that one that fails stops no other."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from server.audit import actions as audit
from server.ballots import actions as ballots
from server.infra import throttle
from server.infra.clock import now as house_now
from server.infra.db import db, unit_of_work
from server.infra.wechat import events as wechat_events
from server.jobs.evaluations import follow_rounds
from server.moderation import checking
from server.reports import actions as reports
from server.surveys import actions as surveys
from server.tickets import actions as tickets

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Duty:
    """`run` is told the present instant and returns how many things it did; it is called inside a unit of work."""

    name: str
    run: Callable[[datetime], int]


DUTIES: tuple[Duty, ...] = (
    Duty("seal-audit", audit.seal),
    Duty("open-ballots", ballots.open_due),
    Duty("log-services", ballots.serve_due),
    Duty("remind-voters", ballots.remind_due),
    Duty("count-ballots", ballots.count_due),
    Duty("take-checkpoints", ballots.take_due),
    Duty("fold-surveys", surveys.fold_due),
    Duty("ask-reporters", tickets.remind_and_close_due),
    Duty("escalate-tickets", tickets.escalate_due),
    Duty("follow-evaluations", follow_rounds),
    Duty("recompute-figures", reports.recompute_due),
    Duty("sweep-survey-exports", surveys.sweep_exports),
    Duty("leave-unanswered-checks", checking.leave_unanswered),
    Duty("sweep-wechat-events", wechat_events.sweep),
    Duty("sweep-throttle", lambda _now: throttle.sweep()),
)


def run_due(now: datetime | None = None) -> dict[str, int]:
    """Do every duty once. Returns how much each did; a duty that failed is logged, absent, and tried again next time."""
    done: dict[str, int] = {}
    for duty in DUTIES:
        try:
            with unit_of_work():
                done[duty.name] = duty.run(now or house_now())
        except Exception:
            log.exception("a duty failed", duty=duty.name)
        finally:
            db.session.remove()
    return done
