"""Who may do what where, how well someone must be known, how names and codes compare: without a database."""

import pytest

from server.identity.rules import (
    ALLOWED,
    GRANTABLE,
    LEAST_LEVEL,
    Deed,
    Grant,
    Level,
    Permission,
    Role,
    clash,
    covers,
    effective_level,
    level_may,
    may,
    may_hand_out,
)
from server.identity.rules.codes import ALPHABET, LENGTH, new_code, plain
from server.identity.rules.passwords import LONGEST, SHORTEST, password_problem, plain_password
from server.identity.rules.proof import Candidate, comparable_name, matching_owner
from server.kernel.places import Place

COUNTY = "/1/2/14/"
HERE = Place(f"{COUNTY}90/", 7)
BESIDE = Place(f"{COUNTY}90/", 8)
ELSEWHERE = Place("/1/2/15/91/", 9)

CASTS_OR_ALTERS = (
    Permission.ENTER_PAPER,
    Permission.KEY_PAPER,
    Permission.REVIEW_PAPER,
    Permission.OPEN_BALLOT,
    Permission.COUNT_BALLOT,
    Permission.DRAFT_BALLOT,
)
GOVERNMENT = (Role.STREET_OFFICER, Role.COUNTY_OFFICER, Role.CITY_OFFICER, Role.PROVINCE_OFFICER)
WRITES = [p for p in Permission if not p.value.startswith("see_") and p is not Permission.EXPORT_BUNDLE]


def test_every_permission_is_someones():
    assert set(ALLOWED) == set(Permission)
    assert all(ALLOWED.values())


def test_who_enters_does_not_review():
    assert not ALLOWED[Permission.ENTER_PAPER] & ALLOWED[Permission.REVIEW_PAPER]


def test_a_paper_is_settled_by_another_reviewer_or_by_the_street_and_by_no_clerk_or_organiser():
    assert ALLOWED[Permission.SETTLE_PAPER] == {Role.REVIEWER, Role.STREET_OFFICER}


def test_the_witness_bundle_is_for_the_street_the_reviewer_and_the_auditor():
    assert ALLOWED[Permission.EXPORT_BUNDLE] == {Role.REVIEWER, Role.STREET_OFFICER, Role.AUDITOR}


@pytest.mark.parametrize("role", GOVERNMENT)
def test_government_officers_touch_no_vote(role: Role):
    assert not [p for p in CASTS_OR_ALTERS if role in ALLOWED[p]]


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.CLERK, Role.REVIEWER}])
def test_only_the_committee_enters_or_reviews_a_paper_of_judging(role: Role):
    assert role not in ALLOWED[Permission.ENTER_EVALUATIONS] | ALLOWED[Permission.REVIEW_EVALUATIONS]


@pytest.mark.parametrize("role", [Role.PROPERTY_CLERK, Role.PROPERTY_MANAGER])
def test_property_staff_see_no_ballot_no_owner_no_decision(role: Role):
    allowed = {p for p in Permission if role in ALLOWED[p]}
    managing = {
        Permission.SEE_MANAGEMENT,
        Permission.RECORD_HANDOVER,
        Permission.ENTER_ACCOUNTS,
        Permission.PUBLISH_ACCOUNTS,
        Permission.SEE_MATTERS,
        Permission.SEE_EVALUATIONS,
        Permission.RAISE_MATTER,
        Permission.ANSWER_MATTER,
        Permission.SEE_TICKETS,
        Permission.ENTER_TICKET,
        Permission.WORK_TICKET,
    }
    assert allowed - managing == {Permission.SEE_COMMUNITY, Permission.SEE_NOTICES}


def test_the_operator_has_no_business_data():
    assert {p for p in Permission if Role.OPERATOR in ALLOWED[p]} == {
        Permission.SEE_STAFF,
        Permission.MANAGE_STAFF,
    }


def test_the_auditor_changes_nothing():
    assert not [p for p in WRITES if Role.AUDITOR in ALLOWED[p]]


@pytest.mark.parametrize(
    ("grant", "place", "is_allowed"),
    [
        pytest.param(Grant(Role.CLERK, HERE.division_path, 7), HERE, True, id="own-community"),
        pytest.param(Grant(Role.CLERK, HERE.division_path, 7), BESIDE, False, id="next-community"),
        pytest.param(Grant(Role.CLERK, HERE.division_path), BESIDE, True, id="whole-neighbourhood"),
        pytest.param(Grant(Role.CLERK, COUNTY), HERE, True, id="from-above"),
        pytest.param(Grant(Role.CLERK, "/1/2/1/"), HERE, False, id="a-path-is-no-prefix-of-a-longer-number"),
        pytest.param(Grant(Role.CLERK, COUNTY), ELSEWHERE, False, id="another-county"),
        pytest.param(
            Grant(Role.CLERK, HERE.division_path, 7),
            Place(HERE.division_path),
            False,
            id="a-community-is-not-its-division",
        ),
        pytest.param(Grant(Role.CLERK, COUNTY), None, True, id="anywhere"),
        pytest.param(Grant(Role.AUDITOR, COUNTY), HERE, False, id="another-role"),
    ],
)
def test_a_grant_reaches_down_and_never_sideways(grant: Grant, place: Place | None, is_allowed: bool):
    assert may([grant], Permission.ENTER_PAPER, place) is is_allowed


@pytest.mark.parametrize(
    ("grant", "place"),
    [
        pytest.param(Grant(Role.CLERK, HERE.division_path, 7), HERE, id="over-one-community"),
        pytest.param(Grant(Role.COUNTY_OFFICER, COUNTY), Place(COUNTY), id="over-a-division"),
    ],
)
def test_the_place_of_a_grant_is_itself_covered_by_it(grant: Grant, place: Place):
    assert grant.place == place
    assert covers(grant, grant.place)


@pytest.mark.parametrize(
    ("held", "wanted", "clashes"),
    [
        pytest.param(Grant(Role.CLERK, "/1/", 7), Grant(Role.REVIEWER, "/1/", 7), True, id="same-community"),
        pytest.param(
            Grant(Role.CLERK, "/1/", 7), Grant(Role.REVIEWER, "/1/", 8), False, id="two-communities"
        ),
        pytest.param(
            Grant(Role.CLERK, "/1/2/", 7),
            Grant(Role.REVIEWER, "/1/"),
            True,
            id="division-above-the-community",
        ),
        pytest.param(
            Grant(Role.REVIEWER, "/1/"),
            Grant(Role.CLERK, "/1/2/", 7),
            True,
            id="community-below-the-division",
        ),
        pytest.param(Grant(Role.CLERK, "/1/2/"), Grant(Role.REVIEWER, "/1/3/"), False, id="divisions-beside"),
        pytest.param(Grant(Role.CLERK, "/1/2/"), Grant(Role.REVIEWER, "/1/"), True, id="divisions-nested"),
        pytest.param(
            Grant(Role.PROPERTY_CLERK, "/1/", 7),
            Grant(Role.REVIEWER, "/1/", 7),
            True,
            id="property-staff-review-nothing",
        ),
        pytest.param(
            Grant(Role.CLERK, "/1/", 7), Grant(Role.INTERVIEWER, "/1/", 7), False, id="clerk-and-interviewer"
        ),
    ],
)
def test_nobody_holds_both_roles_of_two_persons(held: Grant, wanted: Grant, clashes: bool):
    assert (clash([held], wanted) is not None) is clashes


def test_nobody_hands_out_beyond_their_reach_or_level():
    officer = [Grant(Role.COUNTY_OFFICER, COUNTY)]
    assert may_hand_out(officer, Role.CLERK, HERE)
    assert not may_hand_out(officer, Role.CLERK, ELSEWHERE)
    assert not may_hand_out(officer, Role.COUNTY_OFFICER, HERE)
    assert not may_hand_out([Grant(Role.CLERK, COUNTY)], Role.INTERVIEWER, HERE)


def test_whoever_hands_out_roles_may_manage_staff():
    assert set(GRANTABLE) == ALLOWED[Permission.MANAGE_STAFF]


@pytest.mark.parametrize("deed", list(Deed))
def test_each_deed_has_its_level_and_nobody_without_a_binding_may(deed: Deed):
    assert not level_may(None, deed)
    assert level_may(Level.OWNER, deed)
    assert level_may(Level.REACHED, deed) is (LEAST_LEVEL[deed] is Level.REACHED)


def test_a_reached_household_does_not_vote():
    assert LEAST_LEVEL[Deed.VOTE] is Level.OWNER


def test_a_disputed_owner_counts_as_reached_until_it_is_decided():
    assert effective_level(Level.OWNER, is_frozen=True) is Level.REACHED
    assert effective_level(Level.OWNER, is_frozen=False) is Level.OWNER


OWNERS = [
    Candidate(1, "买买提·吐尔逊", "13800001234", "520102198001011234"),
    Candidate(2, "𠮷田 丽", None, "52010219800101123X"),
    Candidate(3, "欧阳娜娜", "0851-8555 5678", None),
]


@pytest.mark.parametrize(
    ("name", "phone_tail", "id_tail", "owner"),
    [
        pytest.param("买买提·吐尔逊", "1234", "", 1, id="as-written"),
        pytest.param("买买提 • 吐尔逊", "1234", "", 1, id="another-dot-and-spaces"),
        pytest.param("买买提吐尔逊", "１２３４", "", 1, id="no-dot-and-full-width-digits"),
        pytest.param("买买提・吐尔逊", "", "011234", 1, id="katakana-dot-by-id"),
        pytest.param("𠮷田丽", "", "01123x", 2, id="rare-character-and-small-x"),
        pytest.param("𠮷田丽", "1234", "", None, id="another-owners-phone"),
        pytest.param("欧阳娜娜", "5678", "", 3, id="land-line"),
        pytest.param("欧阳娜娜", "", "", None, id="a-name-alone-proves-nothing"),
        pytest.param("欧阳娜娜", "", "000000", None, id="no-id-in-the-ledger"),
        pytest.param("欧阳娜娜", "678", "", None, id="three-digits-are-too-few"),
        pytest.param("欧阳娜娜", "55678", "", None, id="five-digits-are-no-tail-of-four"),
        pytest.param("欧阳", "5678", "", None, id="part-of-a-name"),
        pytest.param("", "1234", "", None, id="no-name"),
    ],
)
def test_an_owner_is_found_by_name_and_tail(name: str, phone_tail: str, id_tail: str, owner: int | None):
    assert matching_owner(OWNERS, name=name, phone_tail=phone_tail, id_tail=id_tail) == owner


def test_a_variation_selector_is_the_same_character():
    assert comparable_name("葛\U000e0100洪") == comparable_name("葛洪")


def test_a_code_has_130_random_bits_and_is_found_however_it_is_typed():
    code = new_code()
    assert len(code) == LENGTH == 26
    assert len(ALPHABET) == 32
    typed = " ".join(code[i : i + 4] for i in range(0, 26, 4)).lower().replace("0", "o").replace("1", "l")
    assert plain(typed) == code
    made = {new_code() for _ in range(1000)}
    assert len(made) == 1000
    assert {sign for code in made for sign in code} == set(ALPHABET)


@pytest.mark.parametrize(
    ("password", "is_good"),
    [
        pytest.param("一句记得住的话 2026", True, id="a-sentence"),
        pytest.param("九个字符的密码不行", False, id="nine"),
        pytest.param("x" * 129, False, id="too-long"),
        pytest.param("1234567890", False, id="tried-first"),
        pytest.param("aaaaaaaaaaaa", False, id="one-sign"),
        pytest.param("wang.li-2026!", False, id="the-username-inside"),
        pytest.param("WANG.LI-2026!", False, id="the-username-in-capitals"),
        pytest.param("abcd" * (SHORTEST // 4) + "e" * (SHORTEST % 4), True, id="just-long-enough"),
        pytest.param("abcd" * (LONGEST // 4), True, id="as-long-as-may-be"),
        pytest.param("abcd" * (LONGEST // 4) + "e", False, id="one-sign-more"),
        pytest.param("QwertyUIOP", False, id="tried-first-in-capitals"),
        pytest.param("abcabcabca", False, id="three-signs"),
        pytest.param("abcdabcdab", True, id="four-signs"),
    ],
)
def test_a_password_is_long_and_not_the_first_guess(password: str, is_good: bool):
    assert (password_problem(password, "wang.li") is None) is is_good


@pytest.mark.parametrize(
    ("typed", "plain_one"),
    [
        pytest.param("一句话 2026", "一句话 2026", id="already-plain"),
        pytest.param("Ａｂｃｄ２０２６！", "Abcd2026!", id="in-full-width"),
        pytest.param("e\u0301te\u0301 2026", "\u00e9t\u00e9 2026", id="accents-apart"),
        pytest.param("Abc 2026", "Abc 2026", id="capitals-stay-capitals"),
    ],
)
def test_a_password_is_the_same_on_another_keyboard(typed: str, plain_one: str):
    assert plain_password(typed) == plain_one
    assert plain_password(plain_one) == plain_one
