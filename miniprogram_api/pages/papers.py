"""What a paper with a code says, for whoever holds it: drawn by the page that checks codes."""

from typing import Any

from flask import render_template, url_for

from server.decisions import queries
from server.decisions.models import IssuedPaper
from server.infra.clock import now
from server.notices.rules import drawn_blocks


def verified_paper(row: IssuedPaper, about: dict[str, Any]) -> str:
    """The paper as it was given out, without what only the office reads; and whether it still holds."""
    return render_template(
        "phone/community/paper_verified.html",
        **about,
        paper=row,
        blocks=drawn_blocks(row.public_body),
        newer=queries.newer_than(row),
        replaced_words=queries.replaced_words(row, now()),
        decision_href=_decision(row),
    )


def _decision(row: IssuedPaper) -> str:
    if row.decision_id is None:
        return ""
    return url_for(
        "mobile.community.decision_page", community_id=row.community_id, decision_id=row.decision_id
    )
