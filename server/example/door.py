"""The example's door: cards that sign in by one click, and the bar that moves the clock."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from flask import Blueprint, Flask, flash, redirect, request, url_for
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response

from server.example import clock, people, story
from server.example.afterwards import place
from server.example.clock import RunDue
from server.example.commands import example_commands
from server.example.fill import fill
from server.identity import queries as identity
from server.infra.clock import now
from server.kernel.chinatime import china_day
from server.kernel.errors import NotFound


@dataclass(frozen=True)
class Colleague:
    """Somebody beside the person of a card: much that one enters takes another to confirm."""

    name: str
    who: str


@dataclass(frozen=True)
class Card:
    """One person to be, and what to try as them."""

    name: str
    who: str
    title: str
    text: str
    opens: str
    colleagues: tuple[Colleague, ...] = ()


CARDS = (
    Card(
        "owner",
        "业主",
        f"{story.LEAD_OWNER}，1 栋 1 单元 302",
        "家里有一次投票还没投。看看要表决什么，投一票，留好回执。",
        "/me",
    ),
    Card(
        "tenant",
        "租户",
        "同一套房的租客",
        "能看公告、看进度、提异议；投票要业主本人，页面会说明为什么。",
        "/me",
    ),
    Card(
        "clerk",
        "居委会经办人",
        people.CLERK.name,
        "导入台账，印二维码，起草投票，录入纸票。看看今天有什么在等她。",
        "/admin/",
    ),
    Card(
        "reviewer",
        "居委会复核人",
        people.REVIEWER.name,
        "复核录入的纸票，发公告，答复异议，签署决定。",
        "/admin/",
    ),
    Card(
        "interviewer",
        "网格员",
        people.INTERVIEWER.name,
        "拿着手机挨家问。没有信号也能填，有了网再一起送出。",
        "/admin/field/",
    ),
    Card(
        "manager",
        "物业经理",
        f"{place.MANAGER.name}，{place.NAME}",
        "改造完两个月。看哪些报修到期了、超时了，派人，答复，等居民确认。",
        "/admin/",
    ),
    Card(
        "neighbour",
        "改完的业主",
        f"{place.NAME}，1 栋 1 单元 302",
        "家里改完了。报修，看谁在管、收多少钱，提一件事，评一评做得怎么样。",
        "/me",
    ),
    Card(
        "after",
        "改完的居委会",
        f"{place.CLERK.name}，{place.NAME}",
        "竣工以后的事：移交物业，开议事会，回头看有没有回潮，看大家评得怎么样。",
        "/admin/",
        (Colleague("after-reviewer", f"复核人{place.REVIEWER.name}"),),
    ),
    Card(
        "street",
        "街道工作人员",
        people.STREET_OFFICER.name,
        "居委会两个人都经了手的，由街道来看：打电话问纸票是不是本人的意思，两个人录得不一样的定哪个。",
        "/admin/",
    ),
    Card(
        "county",
        "县（区）工作人员",
        people.COUNTY_OFFICER.name,
        "看全区各小区到了哪一步，每个数字都能点到来处。",
        "/admin/",
        (
            Colleague("county-colleague", f"同事{people.COUNTY_COLLEAGUE.name}"),
            Colleague("auditor", f"审计员{people.AUDITOR.name}"),
        ),
    ),
    Card(
        "city",
        "市（州）工作人员",
        people.CITY_OFFICER.name,
        "看全市各县（市、区）到了哪一步。只能看，不能替居委会办。",
        "/admin/",
        (
            Colleague("city-reform", f"发改部门{people.CITY_REFORM.name}"),
            Colleague("city-finance", f"财政部门{people.CITY_FINANCE.name}"),
        ),
    ),
    Card(
        "province",
        "省工作人员",
        people.PROVINCE_OFFICER.name,
        "看全省各市（州）到了哪一步，审市里报来的月报，写通报，开计划文件。",
        "/admin/",
    ),
)


STAFF = {
    "clerk": people.CLERK,
    "reviewer": people.REVIEWER,
    "interviewer": people.INTERVIEWER,
    "manager": place.MANAGER,
    "after": place.CLERK,
    "after-reviewer": place.REVIEWER,
    "street": people.STREET_OFFICER,
    "county": people.COUNTY_OFFICER,
    "county-colleague": people.COUNTY_COLLEAGUE,
    "auditor": people.AUDITOR,
    "city": people.CITY_OFFICER,
    "city-reform": people.CITY_REFORM,
    "city-finance": people.CITY_FINANCE,
    "province": people.PROVINCE_OFFICER,
}


def example_door(
    run_due: RunDue, remember_staff: Callable[[Any], None], remember_resident: Callable[[Any], None]
) -> Blueprint:
    """The door, given what it may not know by itself: how the other doors sign people in, and what falls due."""
    door = Blueprint("example", __name__, url_prefix="/example", cli_group=None)
    door.cli.add_command(example_commands(run_due))

    @door.record_once
    def _offer(state: BlueprintSetupState) -> None:
        app = cast(Flask, state.app)
        app.extensions["example_fill"] = fill
        app.context_processor(_bar_and_cards)

    @door.post("/people/<name>")
    def enter(name: str) -> Response:
        """Sign in as the person of a card, or as a colleague of theirs."""
        card = next((one for one in CARDS if name in {one.name, *(it.name for it in one.colleagues)}), None)
        if card is None:
            raise NotFound
        if name in STAFF:
            remember_staff(_staff(name))
        else:
            remember_resident(_resident(name))
        return redirect(card.opens)

    @door.post("/clock")
    def move() -> Response:
        """Move the example's time by a day, or to the next instant that matters."""
        if request.form.get("step") == "next":
            matter = clock.advance_to_next(run_due)
            flash(f"已经到了：{matter.word}。" if matter else "后面没有定好日子的事了。", "info")
        else:
            clock.advance(clock.step_of("1d"), run_due)
        return redirect(_back())

    views: tuple[Any, ...] = (enter, move)
    for view in views:
        view.guard = "open"
    return door


def _staff(name: str) -> object:
    facts = STAFF[name]
    staff = identity.staff_named(facts.username)
    if staff is None:
        raise NotFound
    return staff


def _resident(card: str) -> object:
    resident = identity.resident(
        place.lead_of(place.known())
        if card == "neighbour"
        else people.lead_residents(clock.ledger_community() or 0)[card]
    )
    if resident is None:
        raise NotFound
    return resident


def _back() -> str:
    """The page the bar stood on; only ever one of ours."""
    back = request.form.get("back", "/")
    return back if back.startswith("/") and not back.startswith(("//", "/\\")) else "/"


def _bar_and_cards() -> dict[str, Any]:
    if request.path.startswith(("/api/", "/healthz", "/readyz")):
        return {}
    instant = now()
    matter = clock.next_matter(instant)
    bar = {
        "today": china_day(instant),
        "action": url_for("example.move"),
        "next_on": china_day(matter.at) if matter else None,
        "next_word": matter.word if matter else "",
        "back": request.full_path.rstrip("?") if request.method == "GET" else "",
    }
    return {"example_clock": bar, "example_cards": CARDS if request.path == "/" else ()}
