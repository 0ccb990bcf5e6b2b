"""A gallery of everything both doors draw with, for eyes and for axe-core:

python -m tests.infra.gallery          # then open http://127.0.0.1:8123/
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from flask import Flask, abort, flash, render_template

from server.infra import qr
from server.infra.web import init_web
from server.kernel.pages import Page

NOW = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)
PHONE = ("phone-ballot", "phone-forms", "phone-notice", "phone-receipt", "phone-pieces", "error", "bare")
OFFICE = ("office-home", "office-table", "office-form", "office-pieces")
PRINT = ("print-slips", "print-poster", "print-notice", "print-decision")
PAGES = (*PHONE, *OFFICE, *PRINT)

LEADS: dict[str, Callable[[], None]] = {
    "office-home": lambda: flash("台账已导入：60 户，没有问题。", "success")
}


def build_gallery() -> Flask:
    app = Flask(__name__, template_folder=str(Path(__file__).parent / "gallery_pages"), static_folder=None)
    app.config.update(SECRET_KEY="gallery", TESTING=True)
    init_web(app, now=lambda: NOW)
    app.jinja_env.globals["csrf_token"] = lambda: "gallery-token"
    app.context_processor(_examples)

    @app.get("/")
    def contents() -> str:
        return render_template("contents.html", pages=PAGES)

    @app.get("/<name>")
    def page(name: str) -> str:
        if name not in PAGES:
            abort(404)
        LEADS.get(name, lambda: None)()
        return render_template(f"{name}.html")

    @app.post("/clock")
    def clock() -> str:
        return ""

    return app


def _examples() -> dict[str, Any]:
    place = "3 栋 2 单元 501"
    return {
        "F": Fraction,
        "D": Decimal,
        "now": NOW,
        "closes": datetime(2026, 3, 31, 10, 0, tzinfo=UTC),
        "last_year": datetime(2025, 12, 20, 2, 0, tzinfo=UTC),
        "day": date(2026, 3, 20),
        "community": "向阳小区",
        "help_phone": "0858-8221234",
        "example_clock": {
            "today": date(2026, 3, 3),
            "action": "/clock",
            "next_on": date(2026, 3, 16),
            "next_word": "开始投票",
            "back": "/",
        },
        "qr": qr.svg("https://xiangyi.example/q/k7m29qxa4trc", "投票二维码"),
        "who": {"name": "陈桂兰", "role": "居委会经办", "out": "/clock"},
        "where": "水城区 · 黄土坡街道 · 向阳社区",
        "nav": NAV,
        "crumbs": [("首页", "/"), ("向阳小区", "/"), ("投票", None)],
        "heads": (417, 703),
        "area": (Decimal("42118.35"), Decimal("71020.80")),
        "choices": CHOICES,
        "page_of_flats": Page(items=[], number=3, size=50, total=703),
        "slips": [
            {
                "place": place if n % 5 else "12 栋 1 单元 1602（商铺）",
                "code": f"K7M29QXA4TR{n:X}"[:12],
                "qr": qr.svg(f"https://xiangyi.example/s/k7m29qxa4tr{n}"),
                "community": "黄土坡街道向阳小区" if n % 4 else "六枝特区平寨街道水泥厂家属院一期",
                "phone": "0858-8221234",
                "title": "小区改造投票",
            }
            for n in range(14)
        ],
    }


CHOICES = [
    {"word": "同意", "tone": "for", "heads": 401, "area": Decimal("40002.10")},
    {"word": "反对", "tone": "against", "heads": 62, "area": Decimal("6120.55")},
    {"word": "弃权", "tone": "abstain", "heads": 25, "area": Decimal("2410.00")},
]
NAV = [
    {
        "label": "",
        "items": [
            {"label": "今天", "href": "/office-home", "current": True, "count": 5},
            {"label": "小区", "href": "/office-table", "current": False, "count": None},
        ],
    },
    {
        "label": "议事",
        "items": [
            {"label": "投票", "href": "/office-form", "current": False, "count": None},
            {"label": "纸质票录入", "href": "/office-form", "current": False, "count": None},
            {"label": "复核", "href": "/office-form", "current": False, "count": 3},
            {"label": "公示与异议", "href": "/office-pieces", "current": False, "count": 1},
            {"label": "改造决定", "href": "/office-pieces", "current": False, "count": None},
        ],
    },
    {
        "label": "台账",
        "items": [
            {"label": "楼栋和房屋", "href": "/office-table", "current": False, "count": None},
            {"label": "导入导出", "href": "/office-table", "current": False, "count": None},
            {"label": "二维码", "href": "/office-table", "current": False, "count": None},
        ],
    },
]

if __name__ == "__main__":
    build_gallery().run("127.0.0.1", 8123)
