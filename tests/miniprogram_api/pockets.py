"""A telephone's browser on the pages of surveys: by the slip or at the poster, with the forms as they are drawn."""

from typing import Any

from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from server.infra.db import db
from server.ledger.models import Flat
from server.surveys import queries
from server.surveys.models import Survey
from tests.factories.identity import make_resident, sign_in_resident
from tests.factories.surveys import card_of
from tests.miniprogram_api.phones import forms_of


class Pocket:
    """A telephone's browser: opens pages and sends the forms that stand on them."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.last: TestResponse | None = None

    def get(self, address: str) -> str:
        self.last = self.client.get(address, follow_redirects=True)
        return self.last.text

    def send(self, page: str, ends: str, **changes: Any) -> str:
        """The form whose address ends so, with these fields changed; a list fills a field several times."""
        found = next(one for one in forms_of(page) if one.method == "post" and one.action.endswith(ends))
        data = {**found.fields, **{name.replace("__", "."): value for name, value in changes.items()}}
        self.last = self.client.post(
            found.action, data=data, follow_redirects=True, content_type="multipart/form-data"
        )
        return self.last.text

    @property
    def status(self) -> int:
        assert self.last is not None
        return self.last.status_code


def by_slip(app: APIFlask, flat: Flat) -> Pocket:
    return Pocket(sign_in_resident(app.test_client(), make_resident(flat)))


def address(survey: Survey, flat: Flat, key: str = "home") -> str:
    return f"/surveys/{survey.id}/households/{card_of(flat).id}/sections/{key}"


def answers_of(survey: Survey, flat: Flat) -> dict[str, Any]:
    db.session.expire_all()
    row = queries.counted(survey.id, card_of(flat).id)
    return queries.response(row.response_id, survey.id).answers if row and row.response_id else {}
