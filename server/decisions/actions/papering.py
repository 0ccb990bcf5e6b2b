"""Giving out papers, and putting an office's template in place of ours."""

import hashlib
from datetime import datetime

import sqlalchemy as sa

from server.audit.actions import record
from server.decisions.models import IssuedPaper, PaperTemplate
from server.decisions.rules.papers import Drawn, PaperKind, TemplateSource
from server.divisions import queries as divisions
from server.divisions.actions import lock_division
from server.infra import replay
from server.infra.db import db
from server.kernel.actor import Actor
from server.kernel.chinatime import china_day
from server.kernel.errors import NotFound
from server.ledger.actions import places as ledger

LONGEST_NAME = 120
LONGEST_TITLE = 200


def issue_paper(drawn: Drawn, *, client_key: str, actor: Actor, now: datetime) -> IssuedPaper:
    """Write down a paper as it was drawn. Nothing of it changes afterwards."""
    digest = replay.digest(
        actor, "issue_paper", drawn.kind, drawn.community_id, drawn.decision_id, drawn.version
    )
    earlier = replay.earlier(IssuedPaper, client_key, digest)
    if earlier is not None:
        return earlier
    ledger.lock_community(drawn.community_id)
    newest = db.session.scalar(
        sa.select(sa.func.max(IssuedPaper.number)).where(IssuedPaper.community_id == drawn.community_id)
    )
    row = IssuedPaper(
        community_id=drawn.community_id,
        number=(newest or 0) + 1,
        kind=drawn.kind,
        title=drawn.title[:LONGEST_TITLE],
        issuer=drawn.issuer,
        decision_id=drawn.decision_id,
        version=drawn.version,
        code=drawn.code,
        body=drawn.body,
        public_body=drawn.public_body,
        template_id=drawn.template_id,
        template_words=drawn.template_words,
        document=drawn.document,
        issued_on=china_day(now),
        issued_by=actor.key,
        issued_label=actor.label,
        issued_at=now,
        client_key=client_key,
        client_digest=digest,
    )
    db.session.add(row)
    db.session.flush()
    record(
        actor, "decisions.issue_paper", "issued_paper", row.id, now=now, community_id=row.community_id,
        kind=row.kind, number=row.number, decision_id=row.decision_id, version=row.version, template=row.template_words,
    )  # fmt: skip
    return row


def put_template(
    division_id: int,
    kind: PaperKind,
    source: TemplateSource,
    *,
    document: bytes | None,
    filename: str,
    client_key: str,
    actor: Actor,
    now: datetime,
) -> PaperTemplate:
    """Use the office's own (looked through and tried before), ours, or the one above, from now on.

    Papers that were given out keep the version they were filled into.
    """
    sha256 = hashlib.sha256(document or b"").hexdigest()
    digest = replay.digest(actor, "put_template", division_id, kind, source, sha256)
    earlier = replay.earlier(PaperTemplate, client_key, digest)
    if earlier is not None:
        return earlier
    lock_division(division_id)
    if divisions.division(division_id) is None:
        raise NotFound
    newest = db.session.scalar(
        sa.select(sa.func.max(PaperTemplate.number)).where(
            PaperTemplate.division_id == division_id, PaperTemplate.kind == kind
        )
    )
    row = PaperTemplate(
        division_id=division_id,
        kind=kind,
        number=(newest or 0) + 1,
        source=source,
        document=document,
        filename=filename[-LONGEST_NAME:],
        size=len(document or b""),
        sha256=sha256,
        put_by=actor.key,
        put_label=actor.label,
        put_at=now,
        client_key=client_key,
        client_digest=digest,
    )
    db.session.add(row)
    db.session.flush()
    record(
        actor, "decisions.put_template", "paper_template", row.id, now=now,
        division_id=division_id, kind=kind, source=source, number=row.number, sha256=sha256,
    )  # fmt: skip
    return row
