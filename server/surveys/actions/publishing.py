"""Publishing results: once, after the closing, with no personal data, and open to objections."""

from collections.abc import Sequence
from datetime import datetime

from server.audit.actions import record
from server.infra.db import db, lock_row
from server.kernel.actor import Actor
from server.kernel.errors import Reason, Refused
from server.notices import actions as notices
from server.notices import queries as notice_queries
from server.notices.rules import NoticeKind
from server.surveys import queries
from server.surveys.actions.counting import fold_survey
from server.surveys.models import Survey, SurveyPublication
from server.surveys.queries.published import ABOUT, ResultNotice
from server.surveys.rules.stages import Stage


def publish_results(
    of: Survey, *, quoted: Sequence[int] = (), client_key: str, actor: Actor, now: datetime
) -> ResultNotice:
    """Hang the 调查结果公示. It is made once and kept: two states of one survey would tell of those who came between.

    Raises Refused with everything that stands in the way.
    """
    lock_row(Survey, of.id)
    hanging = queries.result_notice(of)
    if hanging is not None and hanging.client_key == client_key:
        return hanging
    reasons = _obstacles(of, hanging, now)
    if reasons:
        raise Refused("还不能公示，先处理下面几条。", code="obstacles", reasons=tuple(reasons))
    fold_survey(of.id)
    sheet = queries.result_sheet(of, now, quoted)
    notice = notices.post_notice(
        of.community_id,
        NoticeKind.SURVEY_RESULT,
        title=sheet.title,
        body=sheet.body,
        client_key=client_key,
        actor=actor,
        now=now,
        about_kind=ABOUT,
        about_id=of.id,
    )
    _keep(of, notice.id, now)
    record(
        actor, "surveys.publish_results", "survey", of.id, now=now, community_id=of.community_id,
        notice_id=notice.id, last_on=notice.last_on,
    )  # fmt: skip
    return ResultNotice(notice.id, notice.number_text, client_key)


def _keep(of: Survey, notice_id: int, now: datetime) -> None:
    """The counts as they are told: what is keyed and reviewed after this moves them no more."""
    before = queries.last_publication(of.id)
    withdrawn = notice_queries.notice(before.notice_id) if before is not None else None
    consent = queries.consents([of]).get(of.id)
    reached = queries.coverage(of)
    db.session.add(
        SurveyPublication(
            survey_id=of.id,
            number=1 if before is None else before.number + 1,
            notice_id=notice_id,
            households=reached.households,
            answered=reached.answered,
            consent_answered=None if consent is None else consent.answered,
            agreed=None if consent is None else consent.agree,
            reason="" if withdrawn is None else withdrawn.withdrawn_reason,
            published_at=now,
        )
    )
    db.session.flush()


def _obstacles(of: Survey, hanging: ResultNotice | None, now: datetime) -> list[Reason]:
    found = []
    if queries.stage(of, now) is not Stage.CLOSED:
        found.append(Reason("not_closed", "问卷还没有截止。截止后才能公示结果。"))
    if hanging is not None:
        found.append(Reason("published", "结果已经公示过了。要重新公示，先撤下原来的。", "notice"))
    waiting = len(queries.waiting_for_review(of))
    if waiting:
        found.append(Reason("late_forms", f"还有 {waiting} 张截止后补录的纸质表没有复核。", "review"))
    return found
