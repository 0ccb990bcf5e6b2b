"""The preliminary result of a vote that was really cast: posted or not, objected to, recounted, and decided on."""

import base64
import json
from datetime import datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from server.ballots import actions as voting
from server.ballots import queries as ballots
from server.decisions import actions, queries
from server.decisions.rules import Fault, Stage
from server.infra import signing
from server.infra.db import unit_of_work
from server.kernel.errors import NotFound, Refused
from server.notices import actions as notice_actions
from server.notices import queries as notices
from server.notices.models import Notice
from server.notices.rules import Channel, NoticeKind
from tests.factories import decisions as made
from tests.factories.ballots import CLERK, REVIEWER, make_vote
from tests.factories.ledger import make_community

POSTED = made.COUNTED + timedelta(hours=1)
pytestmark = pytest.mark.usefixtures("app")


def post(counted: made.Counted, *, client_key: str = "", now: datetime = POSTED) -> Notice:
    with unit_of_work():
        notice_id = actions.post_preliminary(
            counted.ballot.id,
            community_id=counted.community.id,
            client_key=client_key or made.key(),
            actor=CLERK,
            now=now,
        )
    row = notices.notice(notice_id)
    assert row is not None
    return row


def codes_of(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [one.code for one in refused.value.reasons]


def test_it_tells_heads_voids_by_fault_and_the_checkpoint_and_no_area_of_a_small_scope() -> None:
    counted = made.make_counted(areas=["60.10", "71.25", "88.40", "93.05", "47.77", "66.66"])
    made.void_vote(counted, 1, made.COUNTED + timedelta(minutes=1))
    with unit_of_work():
        voting.count_ballot(counted.ballot.id, actor=CLERK, now=POSTED)
    notice = post(counted)
    text = json.dumps(notice.body, ensure_ascii=False)
    assert notice.kind is NoticeKind.RESULT_PRELIMINARY
    for told in ("初步结果", "签名的不是业主：1 份", "第 2 次计票", "还没有定案"):
        assert told in text
    (code,) = [block["text"] for block in notice.body if block["kind"] == "code"]
    head = ballots.head_hash(counted.ballot.id)[1]
    body, signature = code.split("sig ")
    assert f"head {head}" in code
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(signing.public_key()))
    key.verify(base64.b64decode(signature.strip()), body.encode())
    assert "88.40" not in text and "㎡" not in text


def test_sent_twice_it_hangs_once_and_another_community_has_no_such_vote() -> None:
    counted = made.make_counted()
    assert post(counted, client_key="k").id == post(counted, client_key="k").id
    with pytest.raises(Refused) as refused:
        post(counted)
    assert codes_of(refused) == ["already_hangs"]
    elsewhere = make_community()
    with pytest.raises(NotFound), unit_of_work():
        actions.post_preliminary(
            counted.ballot.id, community_id=elsewhere.id, client_key="x", actor=CLERK, now=POSTED
        )


def test_an_upheld_objection_leads_over_a_recount_to_a_new_notice_and_only_then_to_the_decision() -> None:
    counted = made.make_counted()
    first = post(counted)
    row = made.make_draft(counted, now=POSTED)
    objection = made.object_to(first, now=POSTED)
    with pytest.raises(Refused) as refused:
        made.publish(row, now=POSTED)
    assert codes_of(refused) == ["preliminary_objections", "preliminary_hangs"]
    with unit_of_work():
        notice_actions.answer_objection(
            objection.id, community_id=counted.community.id, answer="查过了，成立。", is_upheld=True,
            actor=CLERK, now=POSTED + timedelta(hours=1),
        )  # fmt: skip
    for attempt in (lambda: post(counted), lambda: made.publish(row, now=made.OVER)):
        with pytest.raises(Refused) as refused:
            attempt()
        assert "recount_due" in codes_of(refused)
    made.void_vote(counted, 1, POSTED + timedelta(hours=2))
    with unit_of_work():
        voting.count_ballot(counted.ballot.id, actor=CLERK, now=POSTED + timedelta(hours=3))
    second = post(counted, now=POSTED + timedelta(hours=4))
    newest, earlier = queries.preliminary_notices(counted.ballot.id)
    assert (newest.notice_id, newest.count, earlier.count, earlier.is_withdrawn) == (
        second.id,
        2,
        1,
        True,
    )
    superseded = ballots.results(counted.ballot.id)[1]
    assert (superseded.number, superseded.is_superseded) == (1, True)
    with pytest.raises(Refused) as refused:
        made.publish(row, now=second.ends_at - timedelta(seconds=1))
    assert codes_of(refused) == ["preliminary_hangs"]
    made.publish(row, now=second.ends_at)
    assert queries.stage(row, second.ends_at) is Stage.HANGING
    with pytest.raises(Refused) as refused:
        post(counted, now=second.ends_at)
    assert codes_of(refused) == ["already_decided"]


def test_without_one_a_decision_hangs_as_before() -> None:
    row = made.make_published()
    assert queries.preliminaries([row.ballot_id]) == {}
    assert queries.standing(row).version == 1


def test_taken_down_it_must_hang_again_before_the_decision() -> None:
    counted = made.make_counted()
    with pytest.raises(Refused, match="还没有贴"), unit_of_work():
        actions.withdraw_preliminary(
            counted.ballot.id, community_id=counted.community.id, reason="错字", actor=CLERK, now=POSTED
        )
    post(counted)
    with unit_of_work():
        actions.withdraw_preliminary(
            counted.ballot.id, community_id=counted.community.id, reason="错字", actor=CLERK, now=POSTED
        )
    row = made.make_draft(counted)
    with pytest.raises(Refused) as refused:
        made.publish(row, now=made.OVER)
    assert codes_of(refused) == ["preliminary_again"]
    assert post(counted, now=made.DRAFTED).id == queries.preliminary_notices(counted.ballot.id)[0].notice_id


def test_it_comes_down_with_a_vote_that_is_declared_void() -> None:
    counted = made.make_counted()
    post(counted)
    row = made.make_draft(counted)
    with unit_of_work():
        actions.declare_void(
            row.id, community_id=counted.community.id, fault=Fault.WRONG_ROLL, reason="名册漏了一栋。",
            actor=REVIEWER, now=made.PUBLISHED,
        )  # fmt: skip
    assert queries.preliminary_notices(counted.ballot.id)[0].is_withdrawn
    with pytest.raises(Refused) as refused:
        post(counted)
    assert codes_of(refused) == ["already_decided"]


def test_before_the_count_there_is_nothing_to_post() -> None:
    ballot, _ = make_vote()
    with pytest.raises(Refused) as refused, unit_of_work():
        actions.post_preliminary(
            ballot.id, community_id=ballot.community_id, client_key="k", actor=CLERK, now=POSTED
        )
    assert codes_of(refused) == ["not_counted"]


def test_an_objection_that_came_on_paper_in_time_keeps_the_decision_from_being_signed() -> None:
    counted = made.make_counted()
    posted = post(counted)
    row = made.make_draft(counted)
    made.publish(row, now=posted.ends_at)
    over = queries.hung(queries.versions(row.id)[-1].notice_id).ends_at
    with unit_of_work():
        objection = notice_actions.enter_objection(
            posted.id, community_id=counted.community.id, text="我的票没有算", channel=Channel.PAPER,
            received_at=posted.ends_at - timedelta(seconds=1), author_name="", flat_id=None,
            client_key=made.key(), actor=CLERK, now=over,
        )  # fmt: skip
    with pytest.raises(Refused) as refused:
        made.sign(row, now=over)
    assert codes_of(refused) == ["preliminary_objections"]
    with unit_of_work():
        notice_actions.answer_objection(
            objection.id, community_id=counted.community.id, answer="查过了，算了。", is_upheld=False,
            actor=CLERK, now=over,
        )  # fmt: skip
    made.sign(row, now=over)
    assert queries.stage(row, over) is Stage.FINAL
