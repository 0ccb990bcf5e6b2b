"""Answering: one form of one household, checked whole, kept for good, and counted as `rules.counting` says."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from server.audit.actions import record
from server.infra import crypto, replay
from server.infra.db import db, table_of
from server.infra.statements import Write, run, write_all
from server.kernel.actor import Actor, ActorKind
from server.kernel.chinatime import china_day
from server.kernel.errors import Conflict, Invalid, NotFound, Refused
from server.ledger.queries import HouseholdCard
from server.surveys import queries
from server.surveys.actions.counting import count_household, counting, hold_household, lock_household
from server.surveys.actions.keeping import forgetting
from server.surveys.models import (
    SurveyClaim,
    SurveyPrivate,
    SurveyResponse,
    SurveyText,
)
from server.surveys.queries import Before, Form
from server.surveys.rules import answering as rules
from server.surveys.rules.counting import ResponseFacts, standing
from server.surveys.rules.stages import (
    Stage,
    check_takes_answers,
    is_said_in_time,
    needs_review,
    stage_of,
)
from server.surveys.rules.texts import digest_of
from server.surveys.rules.words import SLIP_HOLDER, Capacity, Channel, Proof


@dataclass(frozen=True)
class Answering:
    """How an answer came, beside what it says."""

    proof: Proof
    channel: Channel
    capacity: Capacity
    #: The browser's random name, for an answer by the poster.
    device: str = ""
    #: The day that a paper form bears.
    signed_on: date | None = None
    #: When the person answered, where that was before it was sent (a phone without signal).
    answered_at: datetime | None = None
    #: The response that the entering page knew of, 0 for none; None where nobody needs to be warned.
    seen_response_id: int | None = None


def submit_response(
    form: Form,
    household: HouseholdCard,
    raw: Mapping[str, Any],
    how: Answering,
    *,
    client_key: str,
    actor: Actor,
    now: datetime,
) -> SurveyResponse:
    """Keep one answered form; the same client key again gives the same one.

    Raises Invalid with the sentences of each question that is not in form, Refused when the survey takes no answers,
    Conflict when somebody else reached the household since `seen_response_id`.
    """
    survey_id = form.survey_id
    replay.check_key(client_key)
    digest = replay.digest(actor, "submit_response", survey_id, household.id, dict(raw), how.capacity)
    held = hold_household(survey_id, household.id, how.proof)
    before = queries.before_answering(survey_id, household.id, holder_of(how), client_key)
    if before.earlier is not None:
        response_id, known_by = before.earlier
        replay.check_same(known_by, digest)
        return queries.response(response_id, survey_id)
    is_late, answers = checked(form, before, how, held.response_id, raw, now)
    if how.proof is Proof.CLAIMED:
        _claim(survey_id, household.id, how.device)
    row = SurveyResponse(
        **columns_of(form, household, how, client_key, digest, actor, now, is_late=is_late), confirms_id=None
    )
    writes = _keeping(row, form, answers, held.fresh_id)
    if before.has_draft:
        writes.append(forgetting(survey_id, household.id, holder_of(how)))
    mine = ResponseFacts(row.id, row.proof, row.capacity, row.answered_at, is_accepted=not is_late)
    writes.append(counting(survey_id, household.id, standing([*before.facts, mine])))
    write_all(*writes)
    if actor.kind is ActorKind.STAFF:
        record(**entered(form, household, how, row.id, actor, now))
    return row


def checked(
    form: Form, before: Before, how: Answering, held: int | None, raw: Mapping[str, Any], now: datetime
) -> tuple[bool, dict[str, Any]]:
    """Whether it must wait for a review, and what of it is kept; `held` is the response that counts now."""
    is_late = _check_time(before, how, now)
    if how.seen_response_id is not None and (held or 0) != how.seen_response_id:
        raise Conflict("这一户刚刚有人答过。请看过那一份，再决定要不要替换。", code="household_answered")
    cleaned = rules.clean(form.definition, raw, today=china_day(now))
    if cleaned.errors:
        raise Invalid("还有几处要改。已经填好的都留着。", fields=cleaned.errors)
    return is_late, cleaned.answers


def columns_of(
    form: Form,
    household: HouseholdCard,
    how: Answering,
    client_key: str,
    digest: str,
    actor: Actor,
    now: datetime,
    *,
    is_late: bool,
) -> dict[str, Any]:
    """A response's columns beside its answers."""
    return {
        "survey_id": form.survey_id,
        "version_number": form.number,
        "household_id": household.id,
        "building_id": household.building_id,
        "proof": how.proof,
        "channel": how.channel,
        "capacity": how.capacity,
        "answered_at": how.answered_at or now,
        "received_at": now,
        "entered_by": actor.key,
        "needs_review": is_late,
        "client_key": client_key,
        "client_digest": digest,
    }


def entered(
    form: Form, household: HouseholdCard, how: Answering, response_id: int, actor: Actor, now: datetime
) -> dict[str, Any]:
    """What the audit is told where staff entered it."""
    return {
        "actor": actor, "verb": "surveys.enter_response", "object_kind": "survey", "object_id": form.survey_id,
        "now": now, "community_id": form.survey.community_id,
        "response": response_id, "household": household.id, "channel": how.channel, "signed_on": how.signed_on,
    }  # fmt: skip


def confirm_claimed(
    form: Form,
    household: HouseholdCard,
    response_id: int,
    capacity: Capacity,
    *,
    client_key: str,
    actor: Actor,
    now: datetime,
) -> SurveyResponse:
    """The household, proven by its slip, takes over what somebody answered for it at the poster."""
    digest = replay.digest(actor, "confirm_claimed", form.survey_id, household.id, response_id)
    lock_household(form.survey_id, household.id, Proof.PROVEN)
    earlier = replay.earlier(SurveyResponse, client_key, digest)
    if earlier is not None:
        return earlier
    check_takes_answers(queries.stage_now(form.survey_id, now))
    claimed = queries.response(response_id, form.survey_id)
    if claimed.household_id != household.id or claimed.proof is not Proof.CLAIMED:
        raise NotFound
    row = SurveyResponse(
        survey_id=form.survey_id,
        version_number=claimed.version_number,
        household_id=household.id,
        building_id=household.building_id,
        proof=Proof.PROVEN,
        channel=Channel.SLIP,
        capacity=capacity,
        answered_at=now,
        received_at=now,
        entered_by=actor.key,
        confirms_id=claimed.id,
        client_key=client_key,
        client_digest=digest,
    )
    # What was sealed was never shown to the household, so it cannot have consented to it: only what it read is taken over.
    write_all(*_keeping(row, queries.form(form.survey, claimed.version_number), claimed.answers))
    count_household(form.survey_id, household.id)
    return row


def holder_of(how: Answering) -> str:
    """Who may go on with a draft: whoever holds the slip, or the browser at the poster."""
    return SLIP_HOLDER if how.proof is Proof.PROVEN else device_name(how.device)


def device_name(device: str) -> str:
    return crypto.lookup("survey-device", device).hex()


def _check_time(before: Before, how: Answering, now: datetime) -> bool:
    """Whether it must wait for a review. Raises where it is not in time."""
    stage = stage_of(before.opened_at, before.closes_at, now, is_discarded=before.is_discarded)
    if how.channel is not Channel.PAPER:
        said_at = how.answered_at if how.channel is Channel.DOOR else None
        if stage is Stage.CLOSED and is_said_in_time(said_at, before.closes_at, now):
            return True
        check_takes_answers(stage)
        return False
    if how.signed_on is None:
        raise Invalid("请填表上写的日期。", fields={"signed_on": ["填表上写的日期。"]})
    if stage in {Stage.DRAFT, Stage.DISCARDED} or before.opened_at is None or before.closes_at is None:
        check_takes_answers(stage)
        raise NotFound
    return needs_review(how.signed_on, before.opened_at, before.closes_at, now)


def check_claim(survey_id: int, household_id: int, device: str) -> bool:
    """Whether this browser answered for this household already. Raises Refused where it may not, at the poster."""
    name = device_name(device)
    held = queries.claim_of_household(survey_id, household_id)
    return judged(held, name, is_taken=held is None and queries.has_claimed(survey_id, name))


def judged(held: str | None, name: str, *, is_taken: bool) -> bool:
    """The same of what was read: which browser claimed the household, and whether this one claimed another."""
    if held is not None and held == name:
        return True
    if held is not None:
        raise Refused("这一户已经有人扫海报答过。扫信箱里的纸条，可以确认或重填。", code="household_claimed")
    if is_taken:
        raise Refused(ONE_A_BROWSER, code="device_claimed")
    return False


ONE_A_BROWSER = "这部手机已经替另一户填过。一部手机扫海报只能填一户，别的住户请扫自己信箱里的纸条。"


def _claim(survey_id: int, household_id: int, device: str) -> None:
    """One household a browser and one browser a household; the slip stands above both."""
    if check_claim(survey_id, household_id, device):
        return
    db.session.add(SurveyClaim(survey_id=survey_id, household_id=household_id, device=device_name(device)))
    try:
        db.session.flush()
    except IntegrityError:
        raise Refused(ONE_A_BROWSER, code="device_claimed") from None


_responses, _private, _texts = table_of(SurveyResponse), table_of(SurveyPrivate), table_of(SurveyText)
_COLUMNS = tuple(column.name for column in _responses.c if column.name != "id")


def _new(table: sa.Table, *names: str, of: str = "new") -> dict[str, sa.BindParameter[Any]]:
    return {name: sa.bindparam(f"{of}_{name}", type_=table.c[name].type) for name in names}


_KEEP = sa.insert(_responses).values(_new(_responses, *_COLUMNS)).returning(_responses.c.id)
_KEEP_AS = sa.insert(_responses).values(_new(_responses, "id", *_COLUMNS))


@lru_cache
def _row_of(table: sa.Table, number: int) -> sa.Insert:
    """One of several rows of a response. Each is a statement of its own, for one of many rows is compiled every time."""
    return sa.insert(table).values(_new(table, *_names_of(table), of=f"{table.name}_{number}"))


def _names_of(table: sa.Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.c if column.name != "id")


def _adding(table: sa.Table, rows: Sequence[dict[str, Any]]) -> list[Write]:
    return [
        (_row_of(table, number), {f"{table.name}_{number}_{name}": value for name, value in row.items()})
        for number, row in enumerate(rows)
    ]


def _keeping(
    row: SurveyResponse, form: Form, answers: Mapping[str, Any], fresh_id: int | None = None
) -> list[Write]:
    """The response, its sealed answers and its words, each where it belongs: what is still to be written.

    Past the session, which keeps account of objects that nobody changes: the row is told its id and stands by itself.
    """
    row.answers = open_answers(form, answers)
    row.needs_review = bool(row.needs_review)
    values = {f"new_{name}": getattr(row, name) for name in _COLUMNS}
    row.id = fresh_id or run(_KEEP, values).scalar_one()
    first: list[Write] = [(_KEEP_AS, {"new_id": row.id, **values})] if fresh_id else []
    return [
        *first,
        *_adding(_private, sealed(form, row.id, answers)),
        *_adding(_texts, noted(form, row.id, row.answers)),
    ]


def open_answers(form: Form, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What stands beside the response in clear."""
    private = form.definition.private_keys
    return {key: value for key, value in answers.items() if key not in private}


def sealed(form: Form, response_id: int, answers: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of sensitive and personal answers."""
    private = form.definition.private_keys
    return [
        {"response_id": response_id, "key": key, "value": json.dumps(answers[key], ensure_ascii=False)}
        for key in answers
        if key in private
    ]


def noted(form: Form, response_id: int, answers: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of its words."""
    return [
        {
            "survey_id": form.survey_id,
            "response_id": response_id,
            "key": key,
            "text": text,
            "digest": digest_of(text),
        }
        for key in form.definition.text_keys
        if (text := str(answers.get(key) or ""))
    ]
