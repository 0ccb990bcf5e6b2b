"""What makes the pages installable: the shells, their manifests, the service worker that keeps them all; and the way to paper.

A shell says nothing of anybody: a phone keeps it whoever is signed in. What it shows comes from its list.
"""

import hashlib

from flask import current_app, json, render_template, url_for
from werkzeug.wrappers import Response

from admin.field.blueprint import field
from admin.field.worklist import my_surveys
from admin.guard import needs, open_to_all
from server.identity.rules import Permission
from server.infra.clock import now

STYLE = "css/phone.css"
#: What both pages draw, keep and send with.
SHARED = (
    "js/field-store.js",
    "js/field-photos.js",
    "js/field-send.js",
    "js/field-draw.js",
    "js/field-frame.js",
)
DOOR = (
    "js/survey-walker.js",
    "js/package.js",
    "js/survey-form.js",
    *SHARED,
    "js/field-words.js",
    "js/field-door.js",
    "js/field.js",
)
TOUR = (*SHARED, "js/tour.js")
MARK = "img/mark.svg"


@field.get("/")
@needs(Permission.ENTER_RESPONSES)
def shell() -> str:
    return _door()


@field.get("/tour/")
@needs(Permission.ENTER_TICKET)
def tour_shell() -> str:
    return _tour()


@field.get("/sw.js")
@open_to_all
def service_worker() -> Response:
    """Named by what it keeps, so that a new style, script or page makes every phone fetch all of them anew."""
    manifests = [url_for("admin.field.manifest"), url_for("admin.field.tour_manifest")]
    files = [*manifests, *map(_asset, dict.fromkeys((STYLE, MARK, *DOOR, *TOUR)))]
    version = hashlib.sha256("\n".join([_door(), _tour(), *files]).encode()).hexdigest()[:12]
    shells = [url_for("admin.field.shell"), url_for("admin.field.tour_shell")]
    script = render_template("office/field/worker.js", version=version, shells=shells, files=files)
    return Response(
        script, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"}
    )


@field.get("/manifest.webmanifest")
@open_to_all
def manifest() -> Response:
    return _manifest("巷议上门", url_for("admin.field.shell"))


@field.get("/tour/manifest.webmanifest")
@open_to_all
def tour_manifest() -> Response:
    return _manifest("巷议巡查", url_for("admin.field.tour_shell"))


@field.get("/paper")
@needs(Permission.ENTER_RESPONSES)
def paper_instead() -> str:
    """Where the page cannot run: the paper desks of the open surveys."""
    return render_template("office/field/paper.html", surveys=my_surveys(now()))


def _door() -> str:
    return render_template("office/field/shell.html", style=STYLE, scripts=DOOR)


def _tour() -> str:
    return render_template("office/field/tour.html", style=STYLE, scripts=TOUR)


def _manifest(name: str, start: str) -> Response:
    told = {
        "name": name,
        "short_name": name,
        "lang": "zh-CN",
        "start_url": start,
        "scope": start,
        "display": "standalone",
        "background_color": "#F6F4EF",
        "theme_color": "#F6F4EF",
        "icons": [{"src": _asset(MARK), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}],
    }
    return Response(json.dumps(told, ensure_ascii=False), content_type="application/manifest+json")


def _asset(name: str) -> str:
    return str(current_app.jinja_env.globals["asset_url"](name))  # type: ignore[operator]
