"""Rows and answers of the house, in the shape the schemas send."""

from typing import Any

from miniprogram_api.ballots.reading import AskedMotion, TurnoutLine, area_text, closing
from server.ballots import queries
from server.ballots.models import Ballot, BallotCheckpoint
from server.ballots.queries import PublicMotion, PublicResult, VoterState
from server.ballots.rules.drafting import Stage
from server.ballots.rules.tally import Verdict


def ballot_shape(of: Ballot, stage: Stage) -> dict[str, Any]:
    return {
        "id": of.id,
        "community_id": of.community_id,
        "title": of.title,
        "stage": stage.value,
        "stage_name": stage.name_zh,
        "opens_at": of.opened_at or of.opens_at,
        "closes_at": closing(of),
    }


def motion_shape(motion: AskedMotion) -> dict[str, Any]:
    return {**vars(motion), "kind": motion.kind.value, "choices": [vars(one) for one in motion.choices]}


def voter_shape(state: VoterState) -> dict[str, Any]:
    return {
        "may_vote": state.may_vote,
        "code": state.code,
        "message": state.message,
        "has_voted": state.has_voted,
        "flats": [{"flat_id": card.flat_ids[0], "label": "、".join(card.labels)} for card in state.heads],
        "receipts": [
            {
                "receipt": one.code,
                "recorded_at": one.recorded_at,
                "channel": one.channel.name_zh,
                "state": one.name_zh,
            }
            for one in state.receipts
        ],
    }


def turnout_shape(line: TurnoutLine) -> dict[str, Any]:
    row = line.row
    return {
        "scope": row.scope,
        "name": row.name_zh,
        "heads": row.heads,
        "roll_heads": row.roll_heads,
        "area": area_text(row.area) if line.is_exact else None,
        "roll_area": area_text(row.roll_area) if line.is_exact else None,
        "area_per_cent": line.area_per_cent,
        "is_met": row.is_met,
        "sentence": line.sentence,
    }


def checkpoint_shape(row: BallotCheckpoint, name: str) -> dict[str, Any]:
    return {
        "number": row.number,
        "events": row.events,
        "head_hash": row.head_hash,
        "taken_at": row.taken_at,
        "text": queries.signed(row, name).text,
    }


def result_shape(of: Ballot, found: PublicResult) -> dict[str, Any]:
    return {
        "ballot_id": of.id,
        "title": of.title,
        "closes_at": found.closes_at,
        "counted_at": found.counted_at,
        "number": found.number,
        "head_hash": found.head_hash,
        "scopes": [
            {
                "scope": scope.scope,
                "name": scope.name_zh,
                "is_exact": scope.is_exact,
                "motions": [_motion_result(motion) for motion in scope.motions],
            }
            for scope in found.scopes
        ],
    }


def _motion_result(motion: PublicMotion) -> dict[str, Any]:
    return {
        "id": motion.id,
        "title": motion.title,
        "kind": motion.kind,
        "verdict": motion.verdict,
        "verdict_name": Verdict(motion.verdict).name_zh,
        "adopted": motion.adopted,
        "law": motion.law,
        "basis": motion.basis_zh,
        "heads": motion.heads,
        "area": {name: area_text(area) for name, area in motion.area.items()} if motion.area else None,
        "area_per_cent": motion.shares,
        "tests": [
            {
                "kind": test.kind,
                "side": test.side,
                "demand": test.demand_zh,
                "is_met": test.is_met,
                "is_met_by_heads": test.is_met_by_heads,
                "is_met_by_area": test.is_met_by_area,
                "lacking": test.lacking_zh,
            }
            for test in motion.tests
        ],
    }
