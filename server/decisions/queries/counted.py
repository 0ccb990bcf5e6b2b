"""What the newest count of a ballot says, as items and facts: the draft's preview, and what a version freezes."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from server.ballots import queries as ballots
from server.ballots.queries import StoredCount
from server.ballots.rules.law import law_for_closing
from server.ballots.rules.standing import Standing as VoteStanding
from server.ballots.rules.standing import vote_standings
from server.ballots.rules.wording import requirement
from server.catalogue import queries as catalogue
from server.catalogue.rules import SubsidyKey, subsidy
from server.decisions.queries import lifts
from server.decisions.queries.lifts import Lacking
from server.decisions.queries.places import entrances_under, nodes_by_scope
from server.decisions.rules import Asked, ItemResult, Outcome, adopted_keys, items_of
from server.decisions.rules.facts import Announced, EarlierCount, Facts
from server.kernel.chinatime import china_day
from server.kernel.errors import NotFound, Refused
from server.ledger import queries as ledger
from server.notices import queries as notices


def newest_count(ballot_id: int) -> StoredCount:
    """The count in force. Raises Refused where none was made."""
    found = ballots.result(ballot_id)
    if found is None:
        raise Refused("表决还没有计票。先计票，再起草决定。", code="not_counted")
    return found


def items_counted(count: StoredCount) -> list[ItemResult]:
    """The items as this count has them; a passed lift with what its entrances still lack, as of now."""
    items = items_of(count.results, count.details, _asked(count.ballot_id, count.closes_at))
    return (
        _held_back(count.ballot_id, items) if any(is_new_lift(item.subsidy_key) for item in items) else items
    )


def _held_back(ballot_id: int, items: Sequence[ItemResult]) -> list[ItemResult]:
    """A majority never replaces the consent of an owner whose own part is taken."""
    lacking = lacking_by_scope(ballot_id)
    return [
        replace(item, missing_consents=found.consents, open_objections=found.objections)
        if is_new_lift(item.subsidy_key) and (found := lacking.get(item.scope))
        else item
        for item in items
    ]


def lacking_by_scope(ballot_id: int) -> dict[str, Lacking]:
    """What the lifts of each scope of a ballot lack as of now; empty where no case was opened."""
    ballot = ballots.known(ballot_id)
    views = lifts.lift_views(ballot.community_id)
    if not views:
        return {}
    entrances = [view.entrance for view in views]
    nodes = nodes_by_scope(ballot.building_ids, ballot.entrance_ids, ledger.buildings(ballot.community_id))
    return {
        scope: lifts.lacking(views, {one for node in some for one in entrances_under(node, entrances)})
        for scope, some in nodes.items()
    }


def is_new_lift(subsidy_key: str | None) -> bool:
    """Only a new lift takes anybody's part; repairing one has no such key."""
    return subsidy_key == SubsidyKey.ELEVATOR.value


def facts_counted(count: StoredCount, items: Sequence[ItemResult], now: datetime) -> Facts:
    """The record beside the items, as of now."""
    ballot = ballots.known(count.ballot_id)
    opening = ballots.opening(ballot.id)
    if opening is None:
        raise NotFound
    law = law_for_closing(count.closes_at)
    kept = subsidy(SubsidyKey(key) for key in adopted_keys(items))
    channels, voided = _channels(ballot.id)
    return Facts(
        ballot_title=ballot.title,
        scope=ballot.scope.value,
        limits=ballots.limits_text(ballot),
        opened_at=opening.opened_at,
        closes_at=count.closes_at,
        law=law.code,
        law_name=law.name_zh,
        roll_heads=opening.heads,
        roll_area=opening.area,
        count_number=count.number,
        counted_at=count.counted_at,
        events=count.events,
        head_hash=count.head_hash,
        channels=channels,
        voided=voided,
        announced=_announced(ballot.id),
        earlier_counts=tuple(
            EarlierCount(one.number, one.counted_at)
            for one in reversed(ballots.results(ballot.id))
            if one.number < count.number
        ),
        subsidy_kept=kept.is_kept,
        subsidy_keys=tuple(key.value for key in kept.counted_keys),
        subsidy_sentence=kept.sentence_zh + _of_free_motions(items),
        least_heads=ballots.rules_for(ballot.community_id, china_day(now)).least_heads,
    )


def _of_free_motions(items: Sequence[ItemResult]) -> str:
    """A motion that stands in no list has no subsidy key, whatever it is called: said, lest someone miss it."""
    free = {
        item.title for item in items if item.outcome is Outcome.ADOPTED and item.catalogue_item_id is None
    }
    return f"自拟的 {len(free)} 项不在改造清单里，没有算进补助条件。" if free else ""


def _asked(ballot_id: int, closes_at: datetime) -> list[Asked]:
    ballot = ballots.known(ballot_id)
    listed = catalogue.items_by_ids(
        [motion.catalogue_item_id for motion in ballot.motions if motion.catalogue_item_id]
    )
    found = []
    for motion, text in zip(ballot.motions, ballots.motion_texts(ballot), strict=True):
        item = listed.get(motion.catalogue_item_id or 0)
        found.append(
            Asked(
                key=motion.key,
                title=motion.title,
                kind=motion.kind.value,
                matter=motion.matter,
                catalogue_item_id=motion.catalogue_item_id,
                subsidy_key=item.subsidy_key.value if item and item.subsidy_key else None,
                requirement=requirement(text, closes_at),
            )
        )
    return found


def _channels(ballot_id: int) -> tuple[dict[str, int], int]:
    """Votes that count, by channel; and how many were declared void."""
    state = ballots.log_state(ballot_id)
    became = vote_standings(state)
    included = Counter(
        state.votes[seq].channel.value
        for seq, standing in became.items()
        if standing is VoteStanding.INCLUDED
    )
    return dict(included), sum(standing is VoteStanding.VOID for standing in became.values())


def _announced(ballot_id: int) -> Announced | None:
    act = ballots.announcement(ballots.known(ballot_id))
    notice = notices.notice(act.notice_id) if act else None
    return Announced(notice.number_text, notice.opens_on, notice.last_on) if notice else None
