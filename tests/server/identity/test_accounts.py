"""Accounts, second factor and grants, on a real database."""

from datetime import UTC, date, datetime, timedelta

import pyotp
import pytest
from apiflask import APIFlask

from server.audit import queries as audit
from server.identity import actions, queries
from server.identity.actions.accounts import _NOBODY, _hasher
from server.identity.rules import Permission, Role
from server.infra.db import unit_of_work
from server.kernel.actor import COMMAND
from server.kernel.errors import Conflict, Invalid, NotFound, Refused
from server.kernel.places import Place
from server.ledger import queries as ledger
from tests.factories.divisions import get_division
from tests.factories.identity import BEFORE, PASSWORD, give_role, make_staff, staff_actor
from tests.factories.ledger import make_community

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
REAL = 1_790_000_000
NANMING, YUNYAN = "520102", "520103"


FIRST_PASSWORD = "九洲巷的桂花香 2026"


def create(username: str = "wang.li", key: str | None = None):
    with unit_of_work():
        return actions.create_staff(
            username=username, name="王丽", password=FIRST_PASSWORD, actor=COMMAND, now=NOW, client_key=key
        )


def test_a_new_account_has_argon2id_and_must_get_its_own_password(app: APIFlask):
    staff = create(" Wang.Li ")
    assert staff.username == "wang.li"
    assert staff.password_hash.startswith("$argon2id$")
    assert staff.must_change_password
    assert actions.check_password(username="WANG.LI", password=FIRST_PASSWORD).staff is staff


def test_wrong_name_wrong_password_and_closed_account_answer_alike(app: APIFlask):
    staff = make_staff(username="li.jun")
    assert actions.check_password(username="li.jun", password="别的密码 12345").staff is None
    assert actions.check_password(username="nobody", password=PASSWORD).staff is None
    with unit_of_work():
        actions.disable_staff(staff.id, reason="调离", granter=None, actor=COMMAND, now=NOW)
    assert actions.check_password(username="li.jun", password=PASSWORD).staff is None


def test_into_an_account_without_a_password_none_leads_until_one_is_set(app: APIFlask):
    with unit_of_work():
        staff = actions.create_staff(username="wang.li", name="王丽", password=None, actor=COMMAND, now=NOW)
    for tried in ("", "None", FIRST_PASSWORD):
        assert actions.check_password(username="wang.li", password=tried).staff is None
    with unit_of_work():
        actions.reset_password(staff.id, password=FIRST_PASSWORD, granter=None, actor=COMMAND, now=NOW)
    assert actions.check_password(username="wang.li", password=FIRST_PASSWORD).staff is not None


def test_a_missing_account_costs_as_much_time_as_a_wrong_password(app: APIFlask):
    assert not _hasher.check_needs_rehash(_NOBODY)


def test_a_second_account_of_the_same_name_is_refused_and_the_same_request_is_not(app: APIFlask):
    first = create(key="k1")
    assert create(key="k1").id == first.id
    with pytest.raises(Invalid):
        create(key="k2")
    with pytest.raises(Conflict):
        create("other.name", key="k1")


def test_a_new_password_signs_every_other_browser_out(app: APIFlask):
    staff = make_staff()
    with unit_of_work():
        assert not actions.change_password(
            staff, old="不是这个密码", new="新的一句话 2026", actor=staff_actor(staff), now=NOW
        )
        assert staff.session_version == 1
        assert actions.change_password(
            staff, old=PASSWORD, new="新的一句话 2026", actor=staff_actor(staff), now=NOW
        )
    assert staff.session_version == 2
    assert not staff.must_change_password


def test_a_code_is_good_once_and_neighbouring_steps_are_taken(app: APIFlask):
    staff, secret = make_staff(), actions.new_secret()
    totp = pyotp.TOTP(secret)
    with unit_of_work():
        actions.switch_on(
            staff,
            secret=secret,
            code=totp.at(REAL - 60),
            real_time=REAL - 60,
            actor=staff_actor(staff),
            now=NOW,
        )
    with unit_of_work():
        assert actions.use_code(staff.id, code=totp.at(REAL), real_time=REAL + 30, now=NOW)
    with unit_of_work():
        assert not actions.use_code(staff.id, code=totp.at(REAL), real_time=REAL + 30, now=NOW)
        assert not actions.use_code(staff.id, code=totp.at(REAL - 30), real_time=REAL, now=NOW)
        assert not actions.use_code(staff.id, code=totp.at(REAL + 300), real_time=REAL, now=NOW)


def test_the_code_used_to_switch_on_does_not_sign_in(app: APIFlask):
    staff, secret = make_staff(), actions.new_secret()
    code = pyotp.TOTP(secret).at(REAL)
    with unit_of_work():
        actions.switch_on(staff, secret=secret, code=code, real_time=REAL, actor=staff_actor(staff), now=NOW)
        assert not actions.use_code(staff.id, code=code, real_time=REAL, now=NOW)


def test_each_recovery_code_is_good_once_and_nobody_elses(app: APIFlask):
    staff, other, secret = make_staff(), make_staff(), actions.new_secret()
    for one in (staff, other):
        with unit_of_work():
            codes = actions.switch_on(
                one,
                secret=secret,
                code=pyotp.TOTP(secret).at(REAL),
                real_time=REAL,
                actor=staff_actor(one),
                now=NOW,
            )
    assert len(set(codes)) == 8
    with unit_of_work():
        assert not actions.use_code(staff.id, code=codes[0], real_time=REAL, now=NOW)
        assert actions.use_code(other.id, code=codes[0].lower(), real_time=REAL, now=NOW)
        assert not actions.use_code(other.id, code=codes[0], real_time=REAL, now=NOW)
    assert queries.recovery_codes_left(other.id) == 7


def test_a_grant_holds_from_its_first_to_its_last_day(app: APIFlask):
    community, staff = make_community(), make_staff()
    give_role(staff, Role.CLERK, community=community, valid_from=date(2026, 3, 1), valid_to=date(2026, 3, 31))
    place = ledger.place(community.id)
    assert place is not None
    for day, holds in ((28, False), (1, True), (31, True)):
        on = date(2026, 2 if day == 28 else 3, day)
        assert bool(queries.at_desk(staff.id, on).grants) is holds
        assert (staff.id in queries.staff_with(Permission.ENTER_PAPER, place, on)) is holds
    assert not queries.at_desk(staff.id, date(2026, 4, 1)).grants


def test_staff_with_a_permission_are_found_from_above_and_for_the_community(app: APIFlask):
    here, there = make_community(), make_community()
    clerk, officer = make_staff(Role.CLERK, community=here), make_staff(Role.COUNTY_OFFICER, division=NANMING)
    away, gone = make_staff(Role.COUNTY_OFFICER, division=YUNYAN), make_staff(Role.CLERK, community=here)
    with unit_of_work():
        actions.disable_staff(gone.id, reason="调离", granter=None, actor=COMMAND, now=NOW)
    place, beside = ledger.place(here.id), ledger.place(there.id)
    assert place
    assert beside
    assert queries.staff_with(Permission.SEE_LEDGER, place, TODAY) == sorted([clerk.id, officer.id])
    assert queries.staff_with(Permission.SEE_LEDGER, beside, TODAY) == [officer.id]
    assert away.id not in queries.staff_with(Permission.SEE_LEDGER, Place(place.division_path), TODAY)


def test_an_office_is_those_of_its_own_division_who_may_do_it_today(app: APIFlask):
    own, gone, above = (
        make_staff(role, division=code)
        for role, code in (
            (Role.COUNTY_OFFICER, NANMING), (Role.COUNTY_OFFICER, NANMING), (Role.CITY_OFFICER, "5201"),
        )
    )  # fmt: skip
    make_staff(Role.AUDITOR, division=NANMING)
    with unit_of_work():
        actions.disable_staff(gone.id, reason="调离", granter=None, actor=COMMAND, now=NOW)
    path = get_division(NANMING).path
    assert queries.staff_of_office(Permission.FILE_REPORT, path, TODAY) == [own.id]
    assert queries.staff_of_office(Permission.FILE_REPORT, path, date(2020, 1, 1)) == []
    assert queries.staff_of_office(Permission.FILE_REPORT, get_division("5201").path, TODAY) == [above.id]


def test_one_person_is_never_clerk_and_reviewer_of_a_community(app: APIFlask):
    community, other = make_community(), make_community()
    clerk = make_staff(Role.CLERK, community=community)
    with pytest.raises(Refused, match="另一个人复核"):
        give_role(clerk, Role.REVIEWER, community=community)
    with pytest.raises(Refused):
        give_role(clerk, Role.REVIEWER, division=NANMING)
    give_role(clerk, Role.REVIEWER, community=other)
    with pytest.raises(Conflict):
        give_role(clerk, Role.CLERK, community=community)


def test_a_future_review_forbids_entering_too(app: APIFlask):
    community, staff = make_community(), make_staff()
    give_role(staff, Role.REVIEWER, community=community, valid_from=date(2026, 6, 1))
    with pytest.raises(Refused):
        give_role(staff, Role.CLERK, community=community)


def grant_as(granter, staff, role: Role, community_id: int):
    held = queries.at_desk(granter.id, TODAY).grants
    with unit_of_work():
        return actions.grant_role(
            staff_id=staff.id,
            role=role,
            community_id=community_id,
            granter=held,
            actor=staff_actor(granter),
            now=NOW,
        )


def test_a_foreign_community_is_granted_like_one_that_does_not_exist(app: APIFlask):
    community = make_community()
    away, new = make_staff(Role.COUNTY_OFFICER, division=YUNYAN), make_staff()
    with pytest.raises(NotFound) as foreign:
        grant_as(away, new, Role.CLERK, community.id)
    with pytest.raises(NotFound) as absent:
        grant_as(away, new, Role.CLERK, 99999)
    assert foreign.value.message == absent.value.message


def test_nobody_gives_themselves_a_role_or_one_above_their_own(app: APIFlask):
    community = make_community()
    officer, new = make_staff(Role.COUNTY_OFFICER, division=NANMING), make_staff()
    assert grant_as(officer, new, Role.CLERK, community.id).role is Role.CLERK
    with pytest.raises(Refused, match="上一级"):
        grant_as(officer, new, Role.CITY_OFFICER, community.id)
    with pytest.raises(Refused, match="自己"):
        grant_as(officer, officer, Role.CLERK, community.id)


def test_an_account_with_roles_elsewhere_is_not_closed_from_here(app: APIFlask):
    community = make_community()
    officer, clerk = (
        make_staff(Role.COUNTY_OFFICER, division=NANMING),
        make_staff(Role.CLERK, community=community),
    )
    held = queries.at_desk(officer.id, TODAY).grants
    give_role(clerk, Role.AUDITOR, division=YUNYAN)
    with pytest.raises(Refused, match="管不到"), unit_of_work():
        actions.disable_staff(clerk.id, reason="调离", granter=held, actor=staff_actor(officer), now=NOW)
    stranger = make_staff()
    with pytest.raises(NotFound), unit_of_work():
        actions.disable_staff(stranger.id, reason="调离", granter=held, actor=staff_actor(officer), now=NOW)


def test_a_revoked_role_is_gone_at_once_and_audited(app: APIFlask):
    community = make_community()
    officer, clerk = (
        make_staff(Role.COUNTY_OFFICER, division=NANMING),
        make_staff(Role.CLERK, community=community),
    )
    held = queries.at_desk(officer.id, TODAY).grants
    grant = queries.grants_ahead(clerk.id, TODAY)[0]
    with unit_of_work():
        actions.revoke_role(grant.id, reason="换岗", granter=held, actor=staff_actor(officer), now=NOW)
    assert not queries.at_desk(clerk.id, TODAY).grants
    entries = audit.entries_about("staff", clerk.id)
    assert [one.verb for one in entries] == ["identity.grant_role", "identity.revoke_role"]
    assert entries[-1].facts["reason"] == "换岗"


def test_a_reset_takes_the_lost_second_factor_away(app: APIFlask):
    staff, secret = make_staff(), actions.new_secret()
    with unit_of_work():
        actions.switch_on(
            staff,
            secret=secret,
            code=pyotp.TOTP(secret).at(REAL),
            real_time=REAL,
            actor=staff_actor(staff),
            now=BEFORE,
        )
        actions.reset_password(
            staff.id, password="初始的一句话 2026", granter=None, actor=COMMAND, now=NOW + timedelta(days=1)
        )
    assert staff.totp_secret is None
    assert staff.must_change_password
