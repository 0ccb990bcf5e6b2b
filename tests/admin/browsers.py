"""Several people at once: each browser is told anew who sits before it."""

from typing import Any

from flask import Flask, g  # noqa: TID251 - what one person's request left there must not reach the next
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from server.identity.models import Staff
from tests.factories.identity import sign_in_staff


class Browser(FlaskClient):
    """A test holds one application context open, in which guards remember the last person and their form's token."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        for name in list(g):
            g.pop(name)
        return super().open(*args, **kwargs)


def browser_of(app: Flask, staff: Staff) -> FlaskClient:
    return sign_in_staff(Browser(app, app.response_class, use_cookies=True), staff)
