"""The works item by item: what was adopted for which place, when it is planned and by whom, and when it is done."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from server.kernel.errors import Conflict, Invalid, Refused
from server.kernel.parts import Part
from server.projects.rules.acts import EventKind

LONGEST_WINDOW = 730


@dataclass(frozen=True)
class Adopted:
    """One item of a scheme for one place, as a room above hands it down. No building: the whole community."""

    community_id: int
    code: str
    title: str
    part: Part
    building_id: int | None = None
    entrance_id: int | None = None

    @property
    def place(self) -> tuple[int, int | None, int | None, str]:
        """What makes two of them the same."""
        return (self.community_id, self.building_id, self.entrance_id, self.title)


def check_adopted(items: Collection[Adopted], communities: Collection[int]) -> None:
    """The items are of the project's own communities, and each has a name."""
    if not items:
        raise _wrong("items", "至少选一项。")
    if any(one.community_id not in communities for one in items):
        raise _wrong("items", "有的项目内容不在这个项目的小区里。")
    if any(not one.title.strip() for one in items):
        raise _wrong("items", "每一项都要有名称。")


def check_window(
    contractor: str, starts_on: date, ends_on: date, *, is_done: bool, is_moved: bool, reason: str
) -> None:
    """Who does it from which day to which; moving it needs a reason, for people have arranged themselves around it."""
    if is_done:
        raise Refused("这一项已经完工，不能再改计划。", code="item_done")
    if not contractor.strip():
        raise _wrong("contractor", "写施工单位的全称。")
    if ends_on < starts_on:
        raise _wrong("ends_on", "最后一天不能早于第一天。")
    if (ends_on - starts_on).days > LONGEST_WINDOW:
        raise _wrong("ends_on", "一项排了两年以上。请核对日期。")
    if is_moved and not reason.strip():
        raise _wrong("reason", "改日期要写原因，住户会看到。")


def check_done(
    on: date,
    today: date,
    *,
    starts_on: date | None,
    is_done: bool,
    is_waiting: bool,
    open_points: Collection[str],
) -> None:
    """Whether it may be said that an item is done: not while a point that residents raised on it is open."""
    if is_done:
        raise Conflict("这一项已经确认完工了。", code="item_done")
    if is_waiting:
        raise Conflict("这一项的完工已经有人填了，正等另一个人确认。", code="item_waiting")
    if starts_on is None:
        raise Refused("先排这一项哪天做、谁来做，再填完工。", code="item_unplanned")
    if on > today:
        raise _wrong("completed_on", "这一天还没有到。做完了再填。")
    if on < starts_on:
        raise _wrong("completed_on", "不能早于开始的那一天。")
    check_no_points(open_points)


#: These say of the whole project that the works are complete.
COMPLETING = frozenset({EventKind.FINISHED, EventKind.ACCEPTED})


def check_no_points(open_points: Collection[str]) -> None:
    """Raises with the list of what is still to be put right."""
    if open_points:
        listed = "；".join(open_points)
        raise Refused(f"整改清单还有 {len(open_points)} 处没有改好、查过：{listed}。", code="points_open")


def check_hidden(place: str, covered_on: date, today: date, *, pictures: int, is_done: bool) -> None:
    """What will be out of sight is photographed before it is: afterwards there is nothing to be seen."""
    if not place.strip():
        raise _wrong("place", "写清楚在哪里，例如“3 栋 2 单元，一层立管”。")
    if not pictures:
        raise _wrong("photo", "至少要一张照片。")
    if is_done:
        raise Refused("这一项已经完工，埋在里面的拍不到了。", code="item_done")
    if covered_on < today:
        raise _wrong("covered_on", "要在埋起来以前拍。填打算哪天埋，不能早于今天。")


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, fields={field: [sentence]})
