"""The announcement's sheet: the ballot put into the blocks of a notice."""

from typing import Any

from server.ballots.models import Ballot
from server.ballots.queries.asked import motion_texts
from server.ballots.rules.wording import BallotText, announcement_blocks, long_time
from server.kernel.errors import Invalid
from server.ledger import queries as ledger

__all__ = ["announcement_sheet", "limits_text", "long_time"]


def announcement_sheet(of: Ballot) -> list[dict[str, Any]]:
    if of.opens_at is None or of.closes_at is None:
        raise Invalid("还没定开始和截止的时间。", fields={"opens_at": ["选开始和截止的时间。"]})
    return announcement_blocks(
        BallotText(
            title=of.title,
            intro=of.intro,
            scope=of.scope,
            limits=limits_text(of),
            opens_at=of.opens_at,
            closes_at=of.closes_at,
            precedence=of.precedence,
            unreturned=of.unreturned,
            clause=of.clause,
            may_change=of.may_change,
            proxy_limit=of.proxy_limit or 0,
            motions=motion_texts(of),
        )
    )


def limits_text(of: Ballot) -> str:
    """Whose owners vote, in words: 全小区业主, or the buildings and entrances by name."""
    if not of.building_ids and not of.entrance_ids:
        return "全小区业主"
    names = [card.label for card in ledger.buildings(of.community_id) if card.id in of.building_ids]
    names += [card.label for card in ledger.entrances(of.community_id) if card.id in of.entrance_ids]
    return "、".join(names) + "的业主"
