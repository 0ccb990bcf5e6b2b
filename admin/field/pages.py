"""What makes the page installable: the shell, its manifest, the service worker that keeps both; and the way to paper.

The shell says nothing of anybody: a phone keeps it whoever is signed in. What it shows comes from the worklist.
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
SCRIPTS = (
    "js/survey-walker.js",
    "js/package.js",
    "js/survey-form.js",
    "js/field-store.js",
    "js/field-words.js",
    "js/field-photos.js",
    "js/field-send.js",
    "js/field-draw.js",
    "js/field-door.js",
    "js/field.js",
)
MARK = "img/mark.svg"


@field.get("/")
@needs(Permission.ENTER_RESPONSES)
def shell() -> str:
    return _shell()


@field.get("/sw.js")
@open_to_all
def service_worker() -> Response:
    """Named by what it keeps, so that a new style, script or page makes every phone fetch all of them anew."""
    files = [url_for("admin.field.manifest"), *map(_asset, (STYLE, MARK, *SCRIPTS))]
    version = hashlib.sha256("\n".join([_shell(), *files]).encode()).hexdigest()[:12]
    script = render_template(
        "office/field/worker.js", version=version, shell=url_for("admin.field.shell"), files=files
    )
    return Response(
        script, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"}
    )


@field.get("/manifest.webmanifest")
@open_to_all
def manifest() -> Response:
    told = {
        "name": "巷议上门",
        "short_name": "巷议上门",
        "lang": "zh-CN",
        "start_url": url_for("admin.field.shell"),
        "scope": url_for("admin.field.shell"),
        "display": "standalone",
        "background_color": "#F6F4EF",
        "theme_color": "#F6F4EF",
        "icons": [{"src": _asset(MARK), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}],
    }
    return Response(json.dumps(told, ensure_ascii=False), content_type="application/manifest+json")


@field.get("/paper")
@needs(Permission.ENTER_RESPONSES)
def paper_instead() -> str:
    """Where the page cannot run: the paper desks of the open surveys."""
    return render_template("office/field/paper.html", surveys=my_surveys(now()))


def _shell() -> str:
    return render_template("office/field/shell.html", style=STYLE, scripts=SCRIPTS)


def _asset(name: str) -> str:
    return str(current_app.jinja_env.globals["asset_url"](name))  # type: ignore[operator]
