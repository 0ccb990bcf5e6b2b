"""Before the closing no choice leaves, in any role, by any route: two votes that differ in their choices alone look alike.

Every page, call and export of the house is asked for both; whatever answers differently betrays something.
"""

import io
import itertools
import re
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from apiflask import APIFlask
from flask import g  # noqa: TID251 - what one person's request left there must not reach the next
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from server.ballots import actions, queries
from server.identity import queries as identity
from server.identity.rules import Role
from server.infra.db import db, unit_of_work
from server.ledger.models import Community
from tests.admin.forms import TOKEN
from tests.conftest import Clock
from tests.factories.ballots import VOTING, cast, enter, make_electorate, make_opened, make_voters
from tests.factories.identity import make_staff, sign_in_resident, sign_in_staff

pytestmark = pytest.mark.walk

_came = itertools.count(1)
#: Status and text.
Answer = tuple[int, str]

#: What differs between two votes though nobody chose it: numbers of rows, random codes, hashes, pictures of codes.
NOISE = [
    (re.compile(r"<svg.*?</svg>", re.DOTALL), "<svg>"),
    (re.compile(r'(name="(?:csrf_token|client_key|head|serial)" value=")[^"]*'), r"\1"),
    (re.compile(r"\b[2-9A-HJKMNP-Z]{4}[- ]?[2-9A-HJKMNP-Z]{4}[- ]?[2-9A-HJKMNP-Z]{2,4}\b"), "CODE"),
    (re.compile(r"/[a-z-]+/\d+"), "/x/N"),
    (re.compile(r"=\d+"), "=N"),
    (re.compile(r"[0-9a-f]{64}"), "HASH"),
    (re.compile(r'(<span class="code">)[0-9A-Z -]+'), r"\1CODE"),
    (re.compile(r"示例小区\d+"), "小区"),
    (re.compile(r"业主[甲乙丙丁戊己庚辛壬癸]\*+|1\d{2}\*+\d{4}"), "某"),
    (
        re.compile(
            r'"(?:id|ballot_id|flat_id|community_id|notice_id|resident_id|binding_id|object_id|next|cursor)": ?\d+'
        ),
        '"id":N',
    ),
    (re.compile(r"(?:staff|resident|ballot|flat|notice|community|binding)[: #]+\d+"), "WHO"),
    (re.compile(r"工作人员\s*\d+|员工\d+"), "人员"),
]
#: Runs of letters and digits, but never a choice: what is left of a line when its random parts are blurred.
BLUR = re.compile(r"(?<![0-9A-Za-z_])(?!(?:for|against|abstain)(?![0-9A-Za-z_]))[0-9A-Za-z_+/=.-]+")

#: The one thing a reviewer is shown: the picture of the paper they review, by its own guarded and audited address.
SHOWN_TO_THE_REVIEWER = {"admin.desk.see_photo"}


class World:
    """A vote in which everyone chose the same, with its people and its places, by their numbers."""

    def __init__(self, choice: str) -> None:
        community, flats = make_electorate()
        ballot = make_opened(community)
        self.voters = make_voters(flats[:3])
        answer = {"m1": choice, "m2": {"for": "米白", "against": "浅灰"}[choice]}
        receipts = [cast(ballot, voter, answer) for voter in self.voters]
        paper = enter(ballot, flats[3], answer)
        with unit_of_work():
            actions.issue_papers(ballot.id, actor=self.voters[0], now=VOTING)
        self.ballot_id = ballot.id
        self.page = f"/admin/communities/{community.id}/ballots/{ballot.id}"
        #: What fills the addresses of this world.
        self.values: dict[str, Any] = {
            "community_id": community.id,
            "ballot_id": ballot.id,
            "notice_id": queries.announcement(ballot).notice_id,
            "flat_id": flats[0].id,
            "building_id": flats[0].building_id,
            "seq": paper.seq,
            "number": 1,
            "code": receipts[0].code,
            "receipt": receipts[0].code,
        }

    @property
    def community(self) -> Community:
        return db.session.get_one(Community, self.values["community_id"])


Worlds = tuple[World, World, World]


def askable(app: APIFlask, values: dict[str, Any]) -> Iterator[tuple[Rule, str]]:
    """Every GET route whose address can be filled from one world, twice: for a small list of rules."""
    adapter = app.url_map.bind("xiangyi.test")
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or set()) and rule.arguments <= set(values) and rule.endpoint != "static":
            yield rule, adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments})


def ask(browser: FlaskClient, address: str) -> Answer:
    for name in list(g):
        g.pop(name)
    db.session.rollback()
    db.session.expunge_all()
    answer = browser.get(address)
    text = readable(answer.get_data(), answer.content_type or "")
    for pattern, instead in NOISE:
        text = pattern.sub(instead, text)
    return answer.status_code, text


def readable(data: bytes, content_type: str) -> str:
    """What an answer tells: text as it is, a sheet or document by what stands in it, of a picture only that it is one."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            names = [name for name in sorted(parts.namelist()) if "docProps" not in name]
            return "\n".join(name if "/media/" in name else parts.read(name).decode() for name in names)
    return content_type if "image" in content_type else data.decode()


def browsers_of(app: APIFlask, role: str, worlds: Worlds) -> list[FlaskClient]:
    """One person of this role in each world, so that the worlds stay alike."""
    return [browser_of(app, role, world) for world in worlds]


def browser_of(app: APIFlask, role: str, world: World) -> FlaskClient:
    browser = app.test_client()
    if role == "owner":
        owner = identity.resident(world.voters[0].id)
        assert owner is not None
        sign_in_resident(browser, owner)
    elif role != "anyone":
        # Lists go by the name one signs in with: it must stand in the same order in each world.
        username = f"staff{next(_came):05}"
        staff = make_staff(Role(role), community=world.community, name="同名同姓", username=username)
        sign_in_staff(browser, staff)
    return browser


def blurred(text: str) -> list[str]:
    return [BLUR.sub("#", line) for line in text.splitlines()]


def is_leak(one: Answer, other: Answer, ask_control: Callable[[], Answer]) -> bool:
    """Two votes answer differently, and a third in which everyone chose as in the first does not differ like that.

    The third is asked only where the first two differ at all.
    """
    if one == other:
        return False
    control = ask_control()
    return one == control or one[0] != other[0] or blurred(one[1]) != blurred(other[1])


@pytest.fixture(scope="module")
def app(shared_house: APIFlask) -> APIFlask:
    return shared_house


@pytest.fixture(scope="module")
def worlds(app: APIFlask) -> Worlds:
    """Two votes that differ in their choices alone, and one more like the first."""
    return World("for"), World("against"), World("for")


@pytest.fixture(autouse=True)
def _while_the_vote_runs(clock: Clock) -> None:
    clock.set(VOTING)


#: Those who vote and those who work on the vote are asked for in `make test`, all others in the deep run as well.
EVERY_DAY = {"anyone", "owner", Role.CLERK.value, Role.REVIEWER.value, Role.AUDITOR.value}


@pytest.mark.parametrize(
    "role",
    [
        pytest.param(one, marks=[] if one in EVERY_DAY else pytest.mark.deep)
        for one in ["anyone", "owner", *[role.value for role in Role if role is not Role.OPERATOR]]
    ],
)
def test_no_page_call_or_list_tells_two_votes_apart_before_the_closing(
    app: APIFlask, worlds, role: str
) -> None:
    people = browsers_of(app, role, worlds)
    asked = zip(*(askable(app, world.values) for world in worlds), strict=True)
    leaks = {}
    seen = 0
    for ways in asked:
        rule = ways[0][0]
        if rule.endpoint in SHOWN_TO_THE_REVIEWER:
            continue
        one, other = (ask(people[place], ways[place][1]) for place in (0, 1))
        seen += one[0] == 200
        if is_leak(one, other, partial(ask, people[2], ways[2][1])):
            lines = zip(one[1].splitlines(), other[1].splitlines(), strict=False)
            leaks[rule.endpoint] = [(a, b) for a, b in lines if a != b][:3] or (one[0], other[0])
    assert leaks == {}
    assert seen >= 3


@pytest.mark.parametrize("role", [Role.CLERK, Role.REVIEWER, Role.AUDITOR, Role.COUNTY_OFFICER])
def test_no_role_counts_or_downloads_before_the_closing(app: APIFlask, worlds, role: Role) -> None:
    world = worlds[0]
    browser = browsers_of(app, role.value, worlds)[0]
    token = TOKEN.search(browser.get(world.page).text)
    for act in ("count", "bundle"):
        answer = browser.post(f"{world.page}/{act}", data={"csrf_token": token.group(1) if token else ""})
        assert answer.status_code in {400, 403, 409, 422}
        assert "attachment" not in answer.headers.get("Content-Disposition", "")
        assert '"choices"' not in answer.text
    assert queries.result(world.ballot_id) is None


def test_the_comparison_sees_a_leak_where_there_is_one(app: APIFlask, worlds, monkeypatch) -> None:
    """Were a page to show what was entered, the walk would notice."""
    monkeypatch.setattr(queries, "is_disclosed", lambda _at: True)
    people = browsers_of(app, Role.REVIEWER.value, worlds)
    answers = [
        ask(person, f"{world.page}/reviews/{world.values['seq']}")
        for person, world in zip(people, worlds, strict=True)
    ]
    assert is_leak(answers[0], answers[1], lambda: answers[2])
    assert not is_leak(answers[0], answers[2], lambda: answers[2])
