"""Which settings there are, what values they take, which of several rows is in force, and what a year's calendar says."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any

from server.kernel.chinatime import Period
from server.kernel.errors import Invalid

Value = Any
SHORTEST_LISTED, LONGEST_LISTED = 2, 20
#: How many words of a list stand where there is room for a line.
SHOWN_OF_LIST = 6
#: Any year without a 29 February.
ORDINARY_YEAR = 2001


class Basis(StrEnum):
    LAW = "law"
    DOCUMENT = "document"
    HOUSE = "house"

    @property
    def name_zh(self) -> str:
        return {"law": "法律法规", "document": "文件", "house": "平台默认"}[self.value]


class Kind(StrEnum):
    PERIOD = "period"
    NUMBER = "number"
    DAY = "day"
    #: A day that comes every year: "06-30".
    YEAR_DAY = "year_day"
    FLAG = "flag"
    CHOICE = "choice"
    WORDS = "words"
    #: A part of a whole, exact: "2/3". It may be typed as "80%".
    SHARE = "share"
    #: Words one by one: a list of texts.
    LIST = "list"


@dataclass(frozen=True)
class Spec:
    """One setting as the house knows it: its kind and bounds, its words, and what holds where nobody set it."""

    key: str
    kind: Kind
    name_zh: str
    explanation_zh: str
    default: Value
    basis: Basis
    #: The law and article, or whom the house follows.
    basis_text: str
    unit: str = ""
    least: int = 0
    most: int = 1_000_000
    #: For a choice: word and its Chinese name.
    options: tuple[tuple[str, str], ...] = ()
    #: A document of a division may only ask for more than the law, never for less.
    is_floor: bool = False


def _days(length: int) -> dict[str, int]:
    return {"days": length}


KEYS: dict[str, Spec] = {
    spec.key: spec
    for spec in (
        Spec(
            "ballot.notice_period", Kind.PERIOD, "表决前公告多久",
            "表决事项贴出来，到开始投票，至少要隔这么久。改动表决内容要重新算。",
            _days(15), Basis.LAW, "《物业管理条例》第十四条", least=15, most=90, is_floor=True,
        ),
        Spec(
            "ballot.shortest_days", Kind.NUMBER, "投票最短几天", "投票至少开放这么多天，让白天上班的人也赶得上。",
            5, Basis.HOUSE, "参照杭州市物业管理条例第二十条", unit="天", least=1, most=60,
        ),
        Spec(
            "ballot.longest_days", Kind.NUMBER, "投票最长几天", "投票连同延期，最多开放这么多天。",
            60, Basis.HOUSE, "参照杭州市物业管理条例第二十条", unit="天", least=1, most=365,
        ),
        Spec(
            "ballot.precedence", Kind.CHOICE, "同一业主投了几次，算哪一次", "手机和纸质都投了，或投了几次，按这一条定算哪一次。投票开始前定好，中途不改。",
            "latest", Basis.HOUSE, "法律没有规定",
            options=(("latest", "算最后一次"), ("first", "算第一次"), ("paper", "纸质优先"), ("online", "手机优先")),
        ),
        Spec(
            "ballot.may_change_vote", Kind.FLAG, "截止前能不能改票", "能改时，业主在截止前可以重新投，按上一条定算哪一次。",
            True, Basis.HOUSE, "法律没有规定",
        ),
        Spec(
            "ballot.unreturned", Kind.CHOICE, "没交回的票怎么算", "没交回的票一般不算参与。议事规则另有约定、逐户送达有凭据、事先讲明后果的，才能算随多数。",
            "none", Basis.HOUSE, "民法典第 278 条只算参与表决的业主",
            options=(("none", "不算参与"), ("follow_majority", "按议事规则随多数")),
        ),
        Spec(
            "ballot.proxy_limit", Kind.NUMBER, "一个人最多替几位业主投票", "受托人最多接受这么多位业主的书面委托。物业公司的人不能受托。",
            3, Basis.HOUSE, "全国没有统一数字", unit="位", least=0, most=20,
        ),
        Spec(
            "result.notice_period", Kind.PERIOD, "表决结果公示多久", "初步结果贴出来，业主在这段时间里可以提异议。",
            _days(7), Basis.HOUSE, "各地常用 5 个工作日或 7 日", least=3, most=60,
        ),
        Spec(
            "decision.notice_period", Kind.PERIOD, "改造决定公示多久", "改造决定贴出来，居民在这段时间里可以提异议。期满、异议都答复了，决定才算定案。",
            _days(7), Basis.HOUSE, "各地常用 5 个工作日或 7 日", least=3, most=60,
        ),
        Spec(
            "survey.notice_period", Kind.PERIOD, "调查结果公示多久", "入户调查的结果贴出来，居民在这段时间里可以提异议。",
            _days(7), Basis.HOUSE, "各地常用 5 个工作日或 7 日", least=3, most=60,
        ),
        Spec(
            "notice.general_period", Kind.PERIOD, "其他公示贴多久", "没有专门规定的公示，贴这么久。",
            _days(7), Basis.HOUSE, "各地常用 5 个工作日或 7 日", least=1, most=90,
        ),
        Spec(
            "eligibility.cutoff_on", Kind.DAY, "改造对象的建成年限", "在这一天或以前建成的小区，才在改造范围里。",
            "2000-12-31", Basis.DOCUMENT, "黔建办函〔2020〕3 号（2000 年以前）",
        ),
        Spec(
            "disclosure.least_heads", Kind.NUMBER, "多少人以上才公布准确面积", "参加计票的业主不到这么多人时，公开页面只写人数和整数百分比，免得从面积推出某一家怎么投。",
            30, Basis.HOUSE, "个人信息保护法第二十五条的要求", unit="人", least=2, most=10_000,
        ),
        Spec(
            "disclosure.least_cell", Kind.NUMBER, "多少户以上才公布户数", "调查结果的公开表格里，少于这么多户的数，还有能推出它们的数，都不公布，免得认出是哪一家。",
            5, Basis.HOUSE, "个人信息保护法第二十五条的要求", unit="户", least=2, most=1_000,
        ),
        Spec(
            "verdict.coverage", Kind.SHARE, "问到多少住户才算问清楚", "入户调查答了的住户占全部住户的比例，空置和联系不上的也算在全部里。达到这条线，才建议启动。",
            "3/4", Basis.HOUSE, "法律没有规定；参照奈曼旗入户率 75%",
        ),
        Spec(
            "verdict.consent", Kind.SHARE, "多少人同意才建议启动", "同意改造的比例要达到这条线，刚好达到也算。占什么的比例，看下一条。",
            "2/3", Basis.HOUSE, "法律没有规定；参照各地申请改造的常用比例",
        ),
        Spec(
            "verdict.consent_base", Kind.CHOICE, "同意比例占什么", "同一批人，占全部住户、占答了的住户，比例不一样。表决要不要通过，仍按民法典第 278 条。",
            "households_all", Basis.HOUSE, "法律没有规定",
            options=(("households_all", "占全部住户"), ("households_answered", "占答了调查的住户"), ("owners_278", "占全体业主，人数和面积都要达到")),
        ),
        Spec(
            "verdict.gap", Kind.SHARE, "资金缺口最多占几成", "没有着落的钱占总费用的比例，超过这条线就建议暂缓。",
            "1/10", Basis.HOUSE, "法律没有规定",
        ),
        Spec(
            "verdict.open_objections", Kind.NUMBER, "最多留几条没答复的异议", "没有答复的异议超过这么多条，就建议暂缓。",
            0, Basis.HOUSE, "公示期内的异议都要答复", unit="条", least=0, most=100,
        ),
        Spec(
            "verdict.without_subsidy", Kind.FLAG, "没有中央补助能不能建议启动", "选不能时，补助条件没有保住就建议暂缓。选能时，只写明，不影响建议。",
            False, Basis.HOUSE, "各地财力不同",
        ),
        Spec(
            "consent.alarm", Kind.SHARE, "计划写的同意比例差多少要提醒", "计划里写的同意比例，和调查、表决查到的差得超过这么多，就标出来，上级也看得到。",
            "1/20", Basis.HOUSE, "严把审核关，确保数据真实有效（黔建办函〔2020〕3 号）",
        ),
        Spec(
            "binding.tries", Kind.NUMBER, "认证房屋最多试几次", "同一套房认证错了这么多次，就先锁住。",
            5, Basis.HOUSE, "防止冒认", unit="次", least=3, most=20,
        ),
        Spec(
            "binding.window_hours", Kind.NUMBER, "认证锁住多久", "认证错的次数在这么多小时里累计，过了就重新算。",
            24, Basis.HOUSE, "防止冒认", unit="小时", least=1, most=168,
        ),
        Spec(
            "privacy.notice_version", Kind.WORDS, "个人信息告知书的版本", "改了告知书就换一个版本，居民下次进来会再看到一遍。",
            "2026-1", Basis.LAW, "个人信息保护法第十七条", least=1, most=20,
        ),
        Spec(
            "plan.master_first_year", Kind.NUMBER, "总体规划从哪一年起", "改造总体规划的第一年。",
            2020, Basis.DOCUMENT, "黔建办函〔2020〕3 号二（五）", unit="年", least=2019, most=2099,
        ),
        Spec(
            "plan.master_last_year", Kind.NUMBER, "总体规划到哪一年", "改造总体规划的最后一年。",
            2025, Basis.DOCUMENT, "黔建办函〔2020〕3 号二（五）", unit="年", least=2019, most=2099,
        ),
        Spec(
            "pilot.will_points", Kind.NUMBER, "试点评分：群众意愿几分", "同意户数占回答户数的比例，乘这个分数。",
            40, Basis.HOUSE, "黔建办函〔2020〕3 号二（六）列了要看什么，没有定分数", unit="分", least=0, most=100,
        ),
        Spec(
            "pilot.items_points", Kind.NUMBER, "试点评分：改造项目全面几分", "改造项目够多，就得这么多分。",
            30, Basis.HOUSE, "黔建办函〔2020〕3 号二（六）列了要看什么，没有定分数", unit="分", least=0, most=100,
        ),
        Spec(
            "pilot.full_items", Kind.NUMBER, "试点评分：几项算全面", "改造项目满这么多项，得“改造项目全面”的满分。",
            12, Basis.HOUSE, "黔建办函〔2020〕3 号二（六）列了要看什么，没有定分数", unit="项", least=1, most=60,
        ),
        Spec(
            "pilot.systems_points", Kind.NUMBER, "试点评分：四个体系几分", "文化、环境、服务、治理四个体系，每个得四分之一。",
            20, Basis.HOUSE, "黔建办函〔2020〕3 号二（六）列了要看什么，没有定分数", unit="分", least=0, most=100,
        ),
        Spec(
            "pilot.neighbours_points", Kind.NUMBER, "试点评分：合并相邻小区几分", "和相邻小区合并改造，就得这么多分。",
            10, Basis.HOUSE, "黔建办函〔2020〕3 号二（六）列了要看什么，没有定分数", unit="分", least=0, most=100,
        ),
        Spec(
            "reports.least_answers", Kind.NUMBER, "至少多少户的数才拿来比", "涉及的户不到这么多时，只写数，不排名，也不说“过半同意”。",
            30, Basis.HOUSE, "参照满意度调查的最小样本", unit="户", least=1, most=10_000,
        ),
        Spec(
            "reports.least_per_cent", Kind.NUMBER, "至少占多少才拿来比", "答了的户占该问的户，不到这个百分比时，只写数，不排名。",
            30, Basis.HOUSE, "参照满意度调查的最小样本", unit="%", least=1, most=100,
        ),
        Spec(
            "reports.due_day", Kind.NUMBER, "月报几号前报上来", "每个月的报表，在下个月的这一天 24:00 前报给上级，过了算晚报。",
            5, Basis.HOUSE, "黔建办函〔2020〕3 号要求按月逐级报送，没有写几号", unit="号", least=1, most=31,
        ),
        Spec(
            "package.household_budget", Kind.NUMBER, "每户改造预算", "居民自己配改造方案时，全小区的预算按这个数乘户数。填 0 就不设预算。",
            0, Basis.HOUSE, "法律没有规定", unit="元", least=0, most=1_000_000,
        ),
        Spec(
            "scheme.item_share", Kind.NUMBER, "改造方案增减几成内容，要重新征求意见",
            "新方案比表决同意的多做、少做的项数，超过同意项数的这个百分比，就要重新征求意见。正好等于不算超过。",
            10, Basis.HOUSE, "法律没有规定具体比例", unit="%", least=0, most=100,
        ),
        Spec(
            "scheme.cost_share", Kind.NUMBER, "改造方案造价变多少，要重新征求意见",
            "新方案的造价比公布的多或少，超过公布造价的这个百分比，就要重新征求意见。正好等于不算超过。",
            10, Basis.HOUSE, "参照杭州市物业管理条例第七十二条（超过预算一成要重新申请）", unit="%", least=0, most=100,
        ),
        Spec(
            "lift.failed_mediation_blocks", Kind.FLAG, "调解没成的异议，能不能拦住加装电梯",
            "能时，受影响住户的书面异议没有了结，就算居委会调解过也不能往下办。不能时，认真听过、调解过就可以往下办。",
            True, Basis.HOUSE, "参照济南市、莱芜市既有住宅增设电梯的规定",
        ),
        Spec(
            "moderation.words", Kind.LIST, "公开前要仔细看的词", "居民写的话里有这些词，会标出来让人仔细看，不会自动删。改了以后，新写的按新的标。",
            ["加微信", "加群", "刷单", "贷款", "赌博", "代开发票", "办证", "傻逼", "王八蛋", "滚蛋", "去死"],
            Basis.HOUSE, "参照《网络信息内容生态治理规定》第六条、第七条", most=500,
        ),
        Spec(
            "milestone.start_by", Kind.YEAR_DAY, "当年项目最晚哪天开工", "列入当年计划的改造项目，过了这一天还没开工，就列进逾期名单。",
            "06-30", Basis.DOCUMENT, "黔建办函〔2020〕3 号一（三）、二（二）",
        ),
        Spec(
            "milestone.effect_by", Kind.YEAR_DAY, "当年项目最晚哪天取得预期效果", "列入当年计划的改造项目，过了这一天还没竣工，就列进逾期名单。",
            "12-31", Basis.DOCUMENT, "黔建办函〔2020〕3 号二（二）",
        ),
        Spec(
            "milestone.performance_by", Kind.YEAR_DAY, "次年最晚哪天报绩效资料", "计划年度的下一年，过了这一天还没报送绩效评价资料，就列进逾期名单。",
            "01-31", Basis.DOCUMENT, "黔建办函〔2020〕3 号二（四）",
        ),
    )
}  # fmt: skip


def spec_of(key: str) -> Spec:
    found = KEYS.get(key)
    if found is None:
        raise Invalid("没有这一项设置。", fields={"key": ["请从列表里选。"]})
    return found


def checked_value(spec: Spec, value: Value) -> Value:
    """The value as it is stored, or Invalid with what would be right. `value` may come from a form (text) or from code."""
    check = {
        Kind.PERIOD: _checked_period,
        Kind.NUMBER: _checked_number,
        Kind.DAY: _checked_day,
        Kind.YEAR_DAY: _checked_year_day,
        Kind.FLAG: _checked_flag,
        Kind.CHOICE: _checked_choice,
        Kind.WORDS: _checked_words,
        Kind.SHARE: _checked_share,
        Kind.LIST: _checked_list,
    }[spec.kind]
    return check(spec, value)


def value_text(spec: Spec, value: Value) -> str:
    """The value in words: "15 日", "5 个工作日", "60 天", "能"."""
    if spec.kind is Kind.PERIOD:
        return period_of(value).text_zh
    if spec.kind is Kind.FLAG:
        return "能" if value else "不能"
    if spec.kind is Kind.CHOICE:
        return dict(spec.options).get(value, str(value))
    if spec.kind is Kind.DAY:
        day = date.fromisoformat(value)
        return f"{day.year} 年 {day.month} 月 {day.day} 日"
    if spec.kind is Kind.YEAR_DAY:
        month, day_of_month = (int(part) for part in value.split("-"))
        return f"{month} 月 {day_of_month} 日"
    if spec.kind is Kind.LIST:
        return _list_text(value)
    if spec.kind is Kind.SHARE:
        return share_text(share_of(value))
    return f"{value} {spec.unit}".strip()


def share_of(value: Value) -> Fraction:
    """ "2/3"."""
    return Fraction(value)


def share_text(share: Fraction) -> str:
    """ "3/4（75%）", "2/3（约 66.7%）", exact where it can be."""
    tenths = round(share * 1000)
    written = f"{tenths // 10}.{tenths % 10}".removesuffix(".0")
    about = "" if Fraction(tenths, 1000) == share else "约 "
    return f"{share.numerator}/{share.denominator}（{about}{written}%）"


def _list_text(value: list[str]) -> str:
    if not value:
        return "没有词"
    shown = "、".join(value[:SHOWN_OF_LIST])
    return f"{shown}等 {len(value)} 个词" if len(value) > SHOWN_OF_LIST else shown


def period_of(value: Value) -> Period:
    """{"days": 15} or {"workdays": 5}."""
    return Period(value["workdays"], in_workdays=True) if "workdays" in value else Period(value["days"])


def _wrong(sentence: str) -> Invalid:
    return Invalid(sentence, fields={"value": [sentence]})


def _checked_number(spec: Spec, value: Value) -> int:
    try:
        number = int(str(value).strip()) if not isinstance(value, bool) else None
    except ValueError:
        number = None
    if number is None or not spec.least <= number <= spec.most:
        raise _wrong(f"“{spec.name_zh}”要填 {spec.least} 到 {spec.most} 的整数。")
    return number


def _checked_period(spec: Spec, value: Value) -> dict[str, int]:
    units = set(value) & {"days", "workdays"} if isinstance(value, dict) else set()
    if len(units) != 1:
        raise _wrong(f"“{spec.name_zh}”要写明是几日，还是几个工作日。")
    unit = units.pop()
    if spec.is_floor and unit != "days":
        raise _wrong(f"“{spec.name_zh}”法律按日历日算，至少 {spec.least} 日。")
    return {unit: _checked_number(spec, value[unit])}


def _checked_day(spec: Spec, value: Value) -> str:
    try:
        return date.fromisoformat(str(value).strip()).isoformat()
    except ValueError:
        raise _wrong(f"“{spec.name_zh}”要填一个日期，例如 2000-12-31。") from None


def _checked_year_day(spec: Spec, value: Value) -> str:
    """ "6-30" as "06-30". 29 February is refused: most years have none."""
    try:
        month, day = (int(part) for part in str(value).strip().split("-"))
        return f"{date(ORDINARY_YEAR, month, day):%m-%d}"
    except ValueError:
        raise _wrong(f"“{spec.name_zh}”要填几月几日，例如 06-30。") from None


def _checked_flag(spec: Spec, value: Value) -> bool:
    known = {"true": True, "yes": True, "false": False, "no": False}
    found = known.get(str(value).strip().lower())
    if found is None:
        raise _wrong(f"“{spec.name_zh}”要选能，或不能。")
    return found


def _checked_choice(spec: Spec, value: Value) -> str:
    if value not in dict(spec.options):
        raise _wrong(f"“{spec.name_zh}”要从这几样里选：{'、'.join(name for _, name in spec.options)}。")
    return str(value)


def _checked_words(spec: Spec, value: Value) -> str:
    text = str(value).strip()
    if not spec.least <= len(text) <= spec.most:
        raise _wrong(f"“{spec.name_zh}”要填 {spec.least} 到 {spec.most} 个字。")
    return text


def _checked_share(spec: Spec, value: Value) -> str:
    """As a fraction in lowest terms; typed as "2/3", "75%" or "66.7%"."""
    text = unicodedata.normalize("NFKC", str(value)).replace(" ", "")
    found = re.fullmatch(r"(\d{1,4})/(\d{1,4})|(\d{1,3}(?:\.\d{1,2})?)%", text)
    share = None
    if found and found.group(3):
        share = Fraction(found.group(3)) / 100
    elif found and int(found.group(2)):
        share = Fraction(int(found.group(1)), int(found.group(2)))
    if share is None or not 0 <= share <= 1:
        raise _wrong(f"“{spec.name_zh}”要填 0 到 1 之间的比例，例如 2/3 或 75%。")
    return f"{share.numerator}/{share.denominator}"


def _checked_list(spec: Spec, value: Value) -> list[str]:
    """Each word once, in the order given; typed one a line, or with commas between them."""
    typed = value if isinstance(value, list) else re.split(r"[\n,，、;；]", str(value))
    words = list(dict.fromkeys(word for one in typed if (word := " ".join(str(one).split()))))
    wrong = [word for word in words if not SHORTEST_LISTED <= len(word) <= LONGEST_LISTED]
    if wrong:
        raise _wrong(
            f"“{wrong[0][:LONGEST_LISTED]}”不行：每个词 {SHORTEST_LISTED} 到 {LONGEST_LISTED} 个字。一个字的词会标出太多。"
        )
    if len(words) > spec.most:
        raise _wrong(f"最多 {spec.most} 个词，现在有 {len(words)} 个。")
    return words


def value_words(key: str, value: Value) -> str:
    """The same for a stored row; a row that ends a setting has none."""
    return "按上一级" if value is None else value_text(spec_of(key), value)


# ------------------------------------------------------------------ which row is in force


@dataclass(frozen=True)
class DatedRow:
    """What a rule needs of a stored setting."""

    id: int
    division_id: int | None
    valid_from: date
    #: From its day on the division has no setting of its own: what stands above it holds again.
    is_ended: bool


def row_in_force(rows: Iterable[DatedRow], path_ids: Iterable[int], on: date) -> DatedRow | None:
    """The row that holds on a day: the nearest division on the path first, in it the latest begun, of two of one day the later entered."""
    by_division: dict[int | None, DatedRow] = {}
    for row in rows:
        if row.valid_from > on:
            continue
        known = by_division.get(row.division_id)
        if known is None or (row.valid_from, row.id) > (known.valid_from, known.id):
            by_division[row.division_id] = row
    for division_id in (*reversed(list(path_ids)), None):
        row_ = by_division.get(division_id)
        if row_ is not None and not row_.is_ended:
            return row_
    return None


def check_start(valid_from: date, today: date) -> None:
    """A setting begins today or later: what rested on a past day was right on that day and stays so."""
    if valid_from < today:
        message = "生效日期不能早于今天。以前的事按当时的设置算，改不了。"
        raise Invalid(message, fields={"valid_from": [message]})
