"""Guards of the residents' door: a bearer token for the API, a signed-in browser for pages."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import redirect, request, session, url_for

from miniprogram_api.session import auth, named, signed_in
from server.identity import queries

__all__ = ["auth", "home_page", "open_to_all", "resident_page"]

View = TypeVar("View", bound=Callable[..., Any])


def resident_page(view: View) -> View:
    """Only for a resident who came by a slip; anyone else is told how to come in, and led back here afterwards."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if signed_in() is None:
            session["back_to"] = request.full_path.rstrip("?") if request.method == "GET" else ""
            return redirect(url_for("mobile.entrance.how_to_come_in"))
        return view(*args, **kwargs)

    guarded.guard = "resident"  # type: ignore[attr-defined]
    return cast(View, guarded)


def home_page(view: View) -> View:
    """A page of a resident that tells where their homes are: read along with who comes."""
    guarded = resident_page(view)

    @wraps(guarded)
    def at_home(*args: Any, **kwargs: Any) -> Any:
        found = named()
        if found is not None:
            queries.come_home(found.resident_id)
        return guarded(*args, **kwargs)

    return cast(View, at_home)


def open_to_all(view: View) -> View:
    """For pages and calls that anyone may open: notices, results, posters, coming in."""
    view.guard = "open"  # type: ignore[attr-defined]
    return view
