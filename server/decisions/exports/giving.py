"""Drawing a paper with its code and its file, before it is written down: nothing here changes anything."""

from datetime import datetime
from typing import Any

from server.ballots.rules import receipts
from server.decisions.exports import application, decision, result
from server.decisions.exports.filling import OUR_TEMPLATES, filled, tried
from server.decisions.queries import Paper, Whereabouts, template_for
from server.decisions.rules.facts import day_zh
from server.decisions.rules.papers import Drawn, PaperKind
from server.decisions.rules.standing import Stage
from server.infra import qr
from server.infra.documents import Picture
from server.kernel.chinatime import china_day
from server.kernel.errors import NotFound, Refused
from server.ledger import queries as ledger

__all__ = ["OUR_TEMPLATES", "draw_application", "draw_decision", "draw_result", "tried"]


def draw_decision(paper: Paper, public_url: str, now: datetime) -> Drawn:
    """Of a signed version. `public_url` is the address of the house for everyone."""
    if paper.annulment is not None:
        raise Refused("法院撤销了这份决定，不再出改造决定。", code="annulled")
    if not paper.is_final:
        raise Refused("这一版还没有签发。签发以后再出改造决定；现在可以出表决结果公示。", code="not_signed")
    page = _page(paper, public_url)
    return _drawn(
        PaperKind.DECISION,
        paper,
        paper.title,
        decision.values(paper, page, f"{public_url}/v"),
        (paper.body(paper.shown()), paper.body(paper.shown_publicly())),
        public_url,
        now,
    )


def draw_result(paper: Paper, public_url: str, now: datetime) -> Drawn:
    """Of a version that hangs or hung; never of a draft or of a vote that was declared void."""
    if paper.version is None or paper.notice is None or paper.stage in {Stage.VOID, Stage.ANNULLED}:
        raise Refused("还没有公示的结果。先公示改造决定，再出表决结果公示。", code="not_published")
    if paper.notice.is_withdrawn and not paper.is_final:
        raise Refused("这份公示撤下了。重新公示以后再出。", code="notice_withdrawn")
    return _drawn(
        PaperKind.RESULT,
        paper,
        result.title_of(paper),
        result.values(paper, _page(paper, public_url)),
        (result.body(paper, paper.shown()), result.body(paper, paper.shown_publicly())),
        public_url,
        now,
    )


def draw_application(at: Whereabouts, public_url: str, now: datetime) -> Drawn:
    """Of the community as it stands, with all that speaks against it."""
    held = application.values(at)
    code, files = _file(PaperKind.APPLICATION, at.community_id, held, public_url, now)
    return Drawn(
        kind=PaperKind.APPLICATION,
        community_id=at.community_id,
        title=held["title"],
        issuer=held["issuer"],
        code=code,
        body=application.body(at, now, publicly=False),
        public_body=application.body(at, now, publicly=True),
        **files,
    )


def _drawn(
    kind: PaperKind,
    paper: Paper,
    title: str,
    held: dict[str, Any],
    bodies: tuple[list[dict[str, Any]], list[dict[str, Any]]],
    public_url: str,
    now: datetime,
) -> Drawn:
    community_id = paper.decision.community_id
    code, files = _file(kind, community_id, held, public_url, now)
    return Drawn(
        kind=kind,
        community_id=community_id,
        title=title,
        issuer=paper.issuer,
        code=code,
        body=bodies[0],
        public_body=bodies[1],
        decision_id=paper.decision.id,
        version=paper.version.number if paper.version else None,
        **files,
    )


def _file(
    kind: PaperKind, community_id: int, held: dict[str, Any], public_url: str, now: datetime
) -> tuple[str, dict[str, Any]]:
    """The paper's own code, and the file that carries it, from the template in force there."""
    place = ledger.place(community_id)
    if place is None:
        raise NotFound
    code, template = receipts.new_code(), template_for(kind, place.division_path)
    carried = {
        "code": receipts.grouped(code),
        "qr": Picture(qr.png(f"{public_url}/v/{code}"), decision.QR_MM),
        "verify": f"验证码 {receipts.grouped(code)}，在 {public_url}/v 可以查真假。",
        "issued_on": day_zh(china_day(now)),
    }
    return code, {
        "document": filled(kind, template, held | carried),
        "template_id": template.template_id,
        "template_words": template.words,
    }


def _page(paper: Paper, public_url: str) -> str:
    return f"{public_url}/communities/{paper.decision.community_id}/decisions/{paper.decision.id}"
