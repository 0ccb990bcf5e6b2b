"""Keys of programs: shown once, kept as a hash, revoked for a reason, each office its own."""

import re

import pytest
import sqlalchemy as sa

from server.audit.models import AuditEntry
from server.identity.rules import Role
from server.infra.db import db
from server.open311.models import Open311Key
from tests.admin.browsers import browser_of
from tests.admin.forms import post_form
from tests.factories.divisions import get_division
from tests.factories.identity import make_staff
from tests.factories.open311 import make_key, revoke

KEYS = "/admin/open311-keys"
NANMING, STREET, YUNYAN = "520102", "520102028", "520103"


@pytest.fixture
def officer(app, clock):
    return browser_of(app, make_staff(Role.COUNTY_OFFICER, division=NANMING, name="李科长"))


def issue(officer, **typed):
    return post_form(
        officer, KEYS, KEYS, {"name": "12345 热线", "division_id": get_division(STREET).id, **typed}
    )


def test_a_key_is_shown_once_and_only_its_hash_is_kept(officer):
    answer = issue(officer, client_key="k")
    shown = re.search(r"<code>(xiangyi311_[\w-]{43})</code>", answer.text)
    assert (answer.status_code, bool(shown), answer.headers["Cache-Control"]) == (200, True, "no-store")
    secret = shown.group(1)
    row = db.session.scalars(sa.select(Open311Key)).one()
    assert (row.name, row.hint, row.issued_name) == ("12345 热线", secret[-4:], "李科长")
    dumped = repr([getattr(row, column.key) for column in Open311Key.__table__.columns])
    assert secret not in dumped
    assert secret not in officer.get(KEYS).text + officer.get(f"{KEYS}/{row.id}").text
    assert row.hint in officer.get(KEYS).text


def test_the_same_form_sent_twice_makes_one_key_and_shows_none(officer):
    issue(officer, client_key="k")
    again = issue(officer, client_key="k")
    assert (again.status_code, "只显示一次" in again.text, "xiangyi311_" in again.text) == (409, True, False)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Open311Key)) == 1


@pytest.mark.parametrize(
    "typed", [{"name": ""}, {"name": "字" * 61}, {"division_id": ""}, {"division_id": "x"}]
)
def test_a_form_that_is_wrong_keeps_what_was_typed(officer, typed):
    answer = issue(officer, **typed)
    assert answer.status_code == 422
    assert ('value="12345 热线"' in answer.text) == ("name" not in typed)
    assert "要改" in answer.text


def test_a_key_is_for_ones_own_place_and_below(officer):
    assert issue(officer, division_id=get_division(YUNYAN).id).status_code == 404
    assert issue(officer, division_id=get_division("52").id).status_code == 404
    assert issue(officer, division_id=get_division(NANMING).id).status_code == 200


def test_a_key_is_revoked_for_a_reason_and_stays_so(officer):
    row, _ = make_key(NANMING)
    page = f"{KEYS}/{row.id}"
    assert post_form(officer, page, f"{page}/revoke", {"reason": ""}).status_code == 422
    assert db.session.get(Open311Key, row.id).revoked_at is None
    assert post_form(officer, page, f"{page}/revoke", {"reason": "对方换系统"}).status_code == 302
    db.session.expire_all()
    revoked = db.session.get(Open311Key, row.id)
    assert (revoked.revoked_name, revoked.revoke_reason) == ("李科长", "对方换系统")
    assert "停用了" in officer.get(KEYS).text
    assert "停用这个密钥" not in officer.get(page).text
    revoke(row)
    db.session.expire_all()
    assert db.session.get(Open311Key, row.id).revoked_name == "李科长"


def test_issuing_and_revoking_are_on_record_without_the_key(officer):
    answer = issue(officer)
    secret = re.search(r"xiangyi311_[\w-]{43}", answer.text).group()
    row = db.session.scalars(sa.select(Open311Key)).one()
    revoke(row)
    entries = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.object_kind == "open311_key").order_by(AuditEntry.id)
    ).all()
    assert [one.verb for one in entries] == ["open311.issue_key", "open311.revoke_key"]
    assert secret not in repr([one.facts for one in entries])


def test_a_key_of_another_county_answers_as_one_that_does_not_exist(officer):
    row, _ = make_key(YUNYAN)
    for id_ in (row.id, 987_654_321):
        assert officer.get(f"{KEYS}/{id_}").status_code == 404
    assert row.hint not in officer.get(KEYS).text
