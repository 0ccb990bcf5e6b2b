"""Guards of the back office: a view says what it needs, and a test walks every route to see that each says so."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import g, redirect, request, url_for
from werkzeug.wrappers import Response

from admin.session import StaffMember, me, signed_in
from server.identity.rules import Permission, may
from server.kernel.errors import Forbidden, NotFound
from server.kernel.places import Place
from server.ledger import queries as ledger

View = TypeVar("View", bound=Callable[..., Any])


def needs(permission: Permission) -> Callable[[View], View]:
    """Only for staff who hold this permission: for the community of the address, or (without one) anywhere.

    A community beyond the person's reach answers as one that does not exist.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            away = _turned_away()
            if away is not None:
                return away
            _check(me(), permission, kwargs.get("community_id"))
            return view(*args, **kwargs)

        guarded.guard = permission  # type: ignore[attr-defined]
        return cast(View, guarded)

    return decorate


def signed_in_only(view: View) -> View:
    """For any staff member: their own home, their own account, their own messages."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        return _turned_away() or view(*args, **kwargs)

    guarded.guard = "signed_in"  # type: ignore[attr-defined]
    return cast(View, guarded)


def open_to_all(view: View) -> View:
    """For the few views before the door: signing in."""
    view.guard = "open"  # type: ignore[attr-defined]
    return view


def holds(permission: Permission, community_id: int | None = None) -> bool:
    """Whether the person at the desk may: to show a button or not, never instead of a guard."""
    return holdings(community_id)(permission)


def holdings(community_id: int | None) -> Callable[[Permission], bool]:
    """`holds` for many permissions at one place, as a menu asks them."""
    staff = signed_in()
    if staff is None:
        return lambda _permission: False
    place = _place(community_id)
    return lambda permission: may(staff.grants, permission, place)


def check(permission: Permission, community_id: int | None) -> None:
    """The same question as `needs` for a community that is not in the address, such as one chosen in a form."""
    _check(me(), permission, community_id)


def _turned_away() -> Response | None:
    """To the sign-in page, or to the first password's replacement; None where the person may go on."""
    staff = signed_in()
    if staff is None:
        back = request.full_path.rstrip("?") if request.method == "GET" else ""
        return redirect(url_for("admin.account.sign_in_form", next=back or None))
    if staff.must_change_password and request.endpoint not in _BEFORE_NEW_PASSWORD:
        return redirect(url_for("admin.account.password_form"))
    return None


_BEFORE_NEW_PASSWORD = {
    "admin.account.password_form",
    "admin.account.change_password",
    "admin.account.sign_out",
}


def _check(staff: StaffMember, permission: Permission, community_id: int | None) -> None:
    place = _place(community_id)
    if community_id is not None and (place is None or not may(staff.grants, Permission.SEE_COMMUNITY, place)):
        raise NotFound
    if not may(staff.grants, permission, place):
        raise Forbidden("你的岗位没有这项权限。要办这件事，请找给你开账号的单位。")


def _place(community_id: int | None) -> Place | None:
    """Looked up once a request: a page asks for every button it shows."""
    if community_id is None:
        return None
    places: dict[int, Place | None] = g.setdefault("places", {})
    if community_id not in places:
        places[community_id] = ledger.place(community_id)
    return places[community_id]
