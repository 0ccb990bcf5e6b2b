"""Sending a form as a browser does: with the hidden keys of the page it stands on."""

import re
import secrets
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def post_form(client: FlaskClient, page: str, action: str, data: dict[str, Any]) -> TestResponse:
    """Open `page`, take its token, and send `data` to `action` with a fresh client key unless one is given."""
    found = TOKEN.search(client.get(page).text)
    assert found, f"no form on {page}"
    keys = {"csrf_token": found.group(1), "client_key": secrets.token_urlsafe(12)}
    return client.post(action, data={**keys, **data})
