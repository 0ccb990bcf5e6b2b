"""Who may ask what: reading is open to all, as the specification has it; reporting needs a key. Both are bounded."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import g, request

from miniprogram_api.guard import open_to_all
from server.divisions import queries as divisions
from server.divisions.models import Division
from server.infra import throttle
from server.infra.db import unit_of_work
from server.kernel.actor import Actor, ActorKind
from server.kernel.errors import Forbidden, Invalid, NotFound
from server.open311 import queries
from server.open311.models import Open311Key
from server.open311.rules import reaches

View = TypeVar("View", bound=Callable[..., Any])
READS = "120/minute"
REPORTS = "300/minute"
FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}
NO_KEY = "没有 api_key。请向发密钥的单位要一个，和报修一起发来。"
WRONG_KEY = "这个 api_key 不对，或者已经停用。请向发密钥的单位核对。"


def readable(view: View) -> View:
    """Open to all; counted by key where one is sent, else by the address it comes from. A key that is wrong is said so."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        key = _key(request.args.get("api_key", ""))
        with unit_of_work():
            throttle.hit(READS, "open311-read", f"key:{key.id}" if key else request.remote_addr or "")
        return view(*args, **kwargs)

    return open_to_all(cast(View, guarded))


def by_key(view: View) -> View:
    """Only with a key that is good."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if request.mimetype not in FORMS:
            raise Invalid("内容要按表单发：Content-Type: application/x-www-form-urlencoded。")
        if _key(request.form.get("api_key") or request.args.get("api_key", "")) is None:
            raise Forbidden(NO_KEY)
        return view(*args, **kwargs)

    guarded.guard = "api_key"  # type: ignore[attr-defined]
    return cast(View, guarded)


def key_used() -> Open311Key | None:
    """The key of this request."""
    return cast("Open311Key | None", g.get("open311_key"))


def program(key: Open311Key) -> Actor:
    """A program acts in its own name: whoever stands behind a report is not known here."""
    return Actor(ActorKind.PROGRAM, key.id, key.name)


def count_report(key: Open311Key) -> None:
    """Inside the unit of work that keeps the report."""
    throttle.hit(REPORTS, "open311-report", str(key.id))


def jurisdiction(code: str | None) -> Division:
    """The division with this code. One endpoint serves them all, so it must be named."""
    if not code:
        raise Invalid("没有 jurisdiction_id。请填行政区划代码，例如 520102。")
    found = divisions.by_code(code) if code.isascii() and code.isdecimal() else None
    if found is None:
        raise NotFound(f"没有这个 jurisdiction_id：{code[:40]}。请填行政区划代码，例如 520102。")
    return found


def jurisdiction_of(key: Open311Key, code: str | None) -> Division:
    """The same, where the key may be used there."""
    found = jurisdiction(code)
    if not reaches(key.division_path, found.path):
        raise Forbidden(f"这个 api_key 不能报 {found.name} 的事。请向发密钥的单位核对它管到哪里。")
    return found


def _key(secret: str) -> Open311Key | None:
    """None where none was sent. Raises Forbidden where it is not one of ours."""
    if not secret:
        g.open311_key = None
        return None
    found = queries.key_of(secret)
    if found is None:
        raise Forbidden(WRONG_KEY)
    g.open311_key = found
    return found
