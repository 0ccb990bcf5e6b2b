"""A resident with a telephone, for tests: signed in on pages, with a token on the API, filling in real forms."""

import secrets
import time
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from server.identity import actions as identity
from server.identity.models import ApiToken, Binding, Means, Resident, Slip
from server.identity.rules import Level
from server.infra import crypto
from server.infra.db import db, unit_of_work
from server.kernel.actor import COMMAND, Actor, ActorKind
from server.ledger.models import Flat, Ownership
from tests.factories.ballots import ANNOUNCED, key

FAR = ANNOUNCED.replace(year=2036)


def owner_of(flat: Flat) -> int:
    return db.session.scalars(
        sa.select(Ownership.owner_id).where(Ownership.flat_id == flat.id).order_by(Ownership.id)
    ).first()


def slip_of(flat: Flat) -> Slip:
    found = sa.select(Slip).where(Slip.flat_id == flat.id)
    if db.session.scalars(found).first() is None:
        with unit_of_work():
            identity.issue_slips(flat.community_id, actor=COMMAND, now=ANNOUNCED)
    return db.session.scalars(found).first()


@dataclass
class Phone:
    """One resident on two faces: `phone.get("/me")` is a page, `phone.api("GET", "/ballots")` a call."""

    app: APIFlask
    client: FlaskClient
    actor: Actor
    token: str
    last: TestResponse | None = None

    def get(self, address: str) -> str:
        self.last = self.client.get(address, follow_redirects=True)
        return self.last.text

    def fill(self, page: str, action_ends: str = "", **changes: Any) -> str:
        """Send the form of this page whose address ends so, with these fields changed; follow to the answer."""
        found = [
            form for form in forms_of(page) if form.method == "post" and form.action.endswith(action_ends)
        ]
        assert found, f"no form to {action_ends} among {[one.action for one in forms_of(page)]}"
        return self.post(found[0].action, {**found[0].fields, **changes})

    def post(self, address: str, fields: dict[str, Any]) -> str:
        self.last = self.client.post(address, data=fields, follow_redirects=True)
        return self.last.text

    def api(
        self, method: str, path: str, body: object = None, *, client_key: str = "", **more: Any
    ) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token}"} | (
            {"Idempotency-Key": client_key} if client_key else {}
        )
        # A client of its own: the API takes no cookie.
        return self.app.test_client().open(
            f"/api/v1{path}", method=method, json=body, headers=headers, **more
        )

    def csrf(self) -> str:
        """A token as a page of ours would carry it, for forms that no page offers to this person."""
        with self.client.session_transaction() as cookie:
            raw = cookie.setdefault("csrf_token", secrets.token_hex(20))
        return URLSafeTimedSerializer(self.app.secret_key, salt="wtf-csrf-token").dumps(raw)

    @property
    def status(self) -> int:
        assert self.last is not None
        return self.last.status_code


def make_phone(
    app: APIFlask, *flats: Flat, level: Level = Level.OWNER, owner_id: int | None = None, frozen: bool = False
) -> Phone:
    """A resident bound to these flats; with Level.OWNER as the proven (first) owner of each."""
    slips = [(flat, slip_of(flat)) for flat in flats]
    token = "xy_" + secrets.token_hex(20)
    with unit_of_work() as session:
        resident = Resident(created_at=ANNOUNCED, session_version=1)
        session.add(resident)
        session.flush()
        for flat, slip in slips:
            session.add(
                Binding(
                    resident_id=resident.id,
                    community_id=flat.community_id,
                    flat_id=flat.id,
                    slip_id=slip.id,
                    level=level,
                    owner_id=(owner_id or owner_of(flat)) if level is Level.OWNER else None,
                    means=Means.SLIP,
                    bound_at=ANNOUNCED,
                    frozen_at=ANNOUNCED if frozen else None,
                )
            )
        session.add(
            ApiToken(
                resident_id=resident.id,
                salt=secrets.token_hex(20),
                token_hash=crypto.lookup("api-token", token),
                created_at=ANNOUNCED,
                expires_at=FAR,
                client_key=key(),
                client_digest="0" * 64,
            )
        )
    return Phone(app, browser_of(app, resident), Actor(ActorKind.RESIDENT, resident.id, "居民"), token)


def browser_of(app: APIFlask, resident: Resident) -> FlaskClient:
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["resident"] = f"{resident.id}.{resident.session_version}"
        cookie["resident_until"] = int(time.time()) + 3600
    return client


# ------------------------------------------------------------------ reading pages


@dataclass
class Form:
    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    offered: set[str] = field(default_factory=set)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self.links: list[str] = []
        self.is_inside = False
        self.area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = {name: value or "" for name, value in attrs}
        if tag == "a" and facts.get("href"):
            self.links.append(facts["href"])
        if tag == "form":
            self.is_inside = True
            self.found.append(Form(facts.get("action", ""), facts.get("method", "get").lower()))
        if not self.is_inside or not facts.get("name"):
            return
        form, name = self.found[-1], facts["name"]
        form.offered.add(name)
        if tag == "input" and (facts.get("type") not in {"radio", "checkbox"} or "checked" in facts):
            form.fields[name] = facts.get("value", "")
        if tag == "textarea":
            self.area = name
            form.fields[name] = ""

    def handle_data(self, data: str) -> None:
        if self.area:
            self.found[-1].fields[self.area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.is_inside = False
        if tag == "textarea":
            self.area = ""


def forms_of(page: str) -> list[Form]:
    parser = _Forms()
    parser.feed(page)
    return parser.found


def links_of(page: str, here: str = "/") -> list[str]:
    """The addresses on this platform that a page leads to."""
    parser = _Forms()
    parser.feed(page)
    found = {urlsplit(urljoin(f"http://localhost{here}", link)) for link in parser.links}
    return sorted({url.path for url in found if url.netloc == "localhost" and url.scheme == "http"})
