"""What a phone sends when the network is back: a batch of items, each kept or refused by itself.

The phone lets go of an item only where the answer says "kept". The same batch sent twice has one effect: each item bears
the key that the phone gave it.
"""

from collections.abc import Callable
from typing import Any

from flask import Response, jsonify, request

from admin.field.blueprint import field
from admin.field.schemas import ResponseIn, VisitIn, load_item
from admin.guard import check, needs
from admin.session import me
from server.attachments import actions as attachments
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.kernel.errors import Conflict, Invalid, NotFound, Problem, TooLarge
from server.surveys import actions, queries
from server.surveys.actions import Answering
from server.surveys.models import Survey
from server.surveys.rules.instants import answered_at_door
from server.surveys.rules.wording import in_words
from server.surveys.rules.words import Channel, Kind, Proof
from server.visits import actions as visits
from server.visits.rules import Purpose

#: By the kind of an item.
Takers = dict[str, Callable[[dict[str, Any]], None]]
MOST_ITEMS = 50
#: Photos are shrunk on the phone; a phone sends fewer items where they are large all the same.
MOST_BYTES = 24 * 1024 * 1024


@field.post("/items")
@needs(Permission.ENTER_RESPONSES)
def take_items() -> Response:
    """One answer an item, in the order they came: {key, state: kept | conflict | wrong | refused, message, …}."""
    return answered(_TAKERS, _there)


def answered(takers: Takers, there: Callable[[dict[str, Any]], Any]) -> Response:
    """Each item of the batch for itself; `there` says what stands already where two met."""
    return jsonify(items=[_answer(item, takers, there) for item in _sent()])


def _sent() -> list[Any]:
    if (request.content_length or 0) > MOST_BYTES:
        raise TooLarge("一次发得太多。请刷新页面再发；还没发出去的都在手机里。")
    sent = request.get_json(silent=True)
    if not isinstance(sent, list):
        raise Invalid("发来的内容看不懂。请刷新页面再发；还没发出去的都在手机里。")
    if len(sent) > MOST_ITEMS:
        raise TooLarge(f"一次最多发 {MOST_ITEMS} 条。请分几次发。")
    return sent


def _answer(item: Any, takers: Takers, there: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    fields = item if isinstance(item, dict) else {}
    key = fields.get("key")
    said: dict[str, Any] = {"key": key if isinstance(key, str) else ""}
    try:
        takers.get(str(fields.get("kind")), _unknown)(fields)
    except Conflict as conflict:
        if conflict.code != "household_answered":
            return said | {"state": "refused", "message": conflict.message}
        return said | {"state": "conflict", "message": conflict.message, "there": there(fields)}
    except (Invalid, TooLarge) as wrong:
        sentences = wrong.fields if isinstance(wrong, Invalid) else {}
        return said | {"state": "wrong", "message": wrong.message, "fields": sentences}
    except Problem as refusal:
        return said | {"state": "refused", "message": refusal.message}
    return said | {"state": "kept"}


def _take_visit(item: dict[str, Any]) -> None:
    form = load_item(VisitIn, item)
    of, instant = _survey(form["survey_id"]), now()
    if of.opened_at is None:
        raise NotFound
    with unit_of_work():
        visits.record_visit(
            of.community_id,
            form["household_id"],
            purpose=Purpose.SURVEY,
            about_id=of.id,
            since=of.opened_at,
            result=form["result"],
            visited_at=answered_at_door(form["at"], of.opened_at, instant),
            come_back_at=form["come_back_at"],
            note=form["note"],
            client_key=form["key"],
            actor=me().actor,
            now=instant,
        )


def _take_response(item: dict[str, Any]) -> None:
    form = load_item(ResponseIn, item)
    of, instant = _survey(form["survey_id"]), now()
    asked = queries.form(of, form["version"])
    photos = {question.key for question in asked.definition.questions if question.kind is Kind.PHOTO}
    # Photos come along as pictures: an id in the answers could name somebody else's.
    raw = {name: values for name, values in form["answers"].items() if name not in photos}
    drawn = {name: drawn_anew(name, some) for name, some in form["photos"].items() if name in photos}
    how = Answering(
        proof=Proof.PROVEN,
        channel=Channel.DOOR,
        capacity=form["capacity"],
        answered_at=answered_at_door(form["at"], of.opened_at, instant),
        seen_response_id=form["seen_response_id"],
    )
    with unit_of_work():
        household = queries.household_asked(of, form["household_id"])
        for name, some in drawn.items():
            raw[name] = [attachments.keep_photo(one, actor=me().actor, now=instant).id for one in some]
        actions.submit_response(
            asked, household, raw, how, client_key=form["key"], actor=me().actor, now=instant
        )


def drawn_anew(name: str, pictures: list[bytes]) -> list[attachments.Photo]:
    """Each picture drawn anew, before any lock is held; what is wrong with one stands by its question."""
    try:
        return [attachments.draw_anew(one) for one in pictures]
    except (Invalid, TooLarge) as error:
        raise Invalid(error.message, fields={name: [error.message]}) from None


def _unknown(_item: dict[str, Any]) -> None:
    raise Problem("这一条的种类认不得。请刷新页面，更新以后再发。")


_TAKERS: Takers = {"visit": _take_visit, "response": _take_response}


def _survey(survey_id: int) -> Survey:
    """The survey, where this person may enter answers in its community. Raises NotFound, Forbidden."""
    of = queries.known(survey_id)
    check(Permission.ENTER_RESPONSES, of.community_id)
    return of


def _there(item: dict[str, Any]) -> dict[str, Any] | None:
    """The answer that reached the household meanwhile, as it is shown before anybody chooses."""
    of = queries.known(item["survey_id"])
    counted = queries.counted(of.id, item["household_id"])
    if counted is None or counted.response_id is None:
        return None
    held = queries.response(counted.response_id, of.id)
    definition = queries.form(of, held.version_number).definition
    return {
        "response_id": held.id,
        "answered_at": held.answered_at.isoformat(),
        "channel": held.channel.name_zh,
        "capacity": held.capacity.name_zh,
        "said": [
            {"title": f"{one.number}. {one.title}", "words": one.words}
            for one in in_words(definition, held.answers, with_private=False)
        ],
    }
