"""Which papers there are, whose template is used, and which fields a template may ask for."""

import difflib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

#: The house's own templates; a change of one gets a new name.
OURS = "平台自带的模板（2026-1）"


class PaperKind(StrEnum):
    DECISION = "decision"
    RESULT = "result"
    APPLICATION = "application"

    @property
    def name_zh(self) -> str:
        return {"decision": "改造决定", "result": "表决结果公示", "application": "改造申请报告"}[self.value]


class TemplateSource(StrEnum):
    OWN = "own"
    OURS = "ours"
    ABOVE = "above"

    @property
    def name_zh(self) -> str:
        return {"own": "自己的模板", "ours": "平台自带的模板", "above": "按上一级的"}[self.value]


@dataclass(frozen=True)
class TemplateRow:
    """What the rule needs of a stored template."""

    id: int
    division_id: int
    number: int
    source: TemplateSource


def template_in_force(rows: Iterable[TemplateRow], path_ids: Sequence[int]) -> TemplateRow | None:
    """The county's, else the city's, else the province's; of one division the newest. None: the house's own."""
    newest: dict[int, TemplateRow] = {}
    for row in rows:
        known = newest.get(row.division_id)
        if known is None or row.number > known.number:
            newest[row.division_id] = row
    for division_id in reversed(path_ids):
        held = newest.get(division_id)
        if held is not None and held.source is not TemplateSource.ABOVE:
            return held if held.source is TemplateSource.OWN else None
    return None


@dataclass(frozen=True)
class Field:
    """One thing a template may ask for. `parts` of a list: what each of its lines has."""

    name: str
    meaning: str
    sample: str | tuple[dict[str, Any], ...]
    parts: tuple[tuple[str, str], ...] = ()

    @property
    def written(self) -> str:
        return f"{{{{ {self.name} }}}}" if not self.parts else f"{{%p for x in {self.name} %}}"


_ITEM = {
    "title": "加装电梯",
    "scope": "1 栋 2 单元",
    "basis": "《民法典》第二百七十八条",
    "outcome": "通过",
    "tests": ("参与人数占全体：10 / 12 人，要求三分之二以上，达到。",),
    "rows": ({"word": "同意", "heads": "9 人", "area": "700.00 ㎡"},),
}
_ITEM_PARTS = (
    ("title", "事项"),
    ("scope", "范围"),
    ("basis", "依据"),
    ("outcome", "结论"),
    ("tests", "每一条线算出来的话，是一组"),
    ("rows", "各选项一组：word 选项、heads 人数、area 面积"),
)
_HEAD = (
    Field("title", "标题", "关于一号院加装电梯的改造决定"),
    Field("community", "小区", "一号院"),
    Field("issuer", "落款", "油榨社区居民委员会"),
    Field("issued_on", "出具日期", "2026 年 4 月 20 日"),
    Field("code", "验证码", "ABCD-EFGH-JKMN"),
    Field("verify", "验证的一句话，带网址", "验证码 ABCD-EFGH-JKMN，在 https://… 可以查真假。"),
    Field("qr", "二维码图片", ""),
)
_VOTED = (
    Field("number", "公示编号", "公示 2026-3 号"),
    Field("items", "表决的每一项", (_ITEM,), _ITEM_PARTS),
    Field("conclusion", "结论的一句话", "通过 1 项，未通过 1 项。"),
    Field("roll", "名册的一句话", "表决范围：全小区，共 100 人、8,000.00 ㎡。"),
    Field("channels", "计入的票怎么来的", "计入的票：手机投票 80 份，纸票 10 份。"),
    Field("law", "法律依据", "依据：《中华人民共和国民法典》。"),
    Field("revocation", "效力和撤销的一段话", "决定对全体业主都算数。"),
)
_OBJECTION = {"raised_on": "2026 年 4 月 10 日", "verdict": "不成立", "answer": "已经当面说明。"}

FIELDS: dict[PaperKind, tuple[Field, ...]] = {
    PaperKind.DECISION: (
        *_HEAD,
        *_VOTED,
        Field("state", "这是公示稿还是已签发", "（已签发）"),
        Field("opening", "开头的一句话", "投票从 3 月 1 日到 3 月 20 日。现将结果和决定公布如下。"),
        Field("note", "说明，可能没有", "电梯装，外墙先不刷。"),
        Field("subsidy", "中央补助条件的一句话", "加装电梯，符合中央补助条件。"),
        Field("notices", "贴过哪些公示", "结果公示 2026-3 号从 4 月 1 日贴到 4 月 8 日。"),
        Field("objections_sentence", "异议的一句话", "收到异议 1 条，成立 0 条，都已答复。"),
        Field(
            "objections",
            "每条异议的答复，不含异议原文",
            (_OBJECTION,),
            (("raised_on", "提出日期"), ("verdict", "成立不成立"), ("answer", "答复")),
        ),
        Field("next_steps", "接下来做什么，可能没有", "4 月请设计院来量尺寸。"),
        Field("signed_on", "签发日期，没签发是空的", "2026 年 4 月 20 日"),
    ),
    PaperKind.RESULT: (
        *_HEAD,
        *_VOTED,
        Field("scope", "谁投票", "全小区业主"),
        Field("opening", "投票起止的一句话", "投票从 3 月 1 日到 3 月 20 日。"),
        Field("announced", "表决公告的一句话，可能没有", "表决公告 2026-1 号从 2 月 1 日贴到 2 月 16 日。"),
        Field("period", "公示起止", "公示时间：4 月 1 日到 4 月 8 日 24:00。"),
        Field("contact", "向谁提异议：名称、电话、地址", "油榨社区居委会，0851-12345678，油榨街 1 号"),
        Field("page", "线上提异议的网址", "https://…"),
    ),
    PaperKind.APPLICATION: (
        *_HEAD,
        Field("division", "所在地区", "贵州省 贵阳市 南明区"),
        Field("facts", "小区情况的一句话", "1995 年建成，6 栋，240 户。"),
        Field("eligibility", "改造条件的结论", "符合改造条件。"),
        Field(
            "eligibility_tests",
            "改造条件的每一条",
            ({"name": "在城市或县城", "result": "符合", "reason": "在城市。"},),
            (("name", "条件"), ("result", "符合、不符合或缺证据"), ("reason", "理由")),
        ),
        Field("survey", "入户调查的一句话", "答了 200 / 240 户（83.3%）。"),
        Field("consent", "同意比例的一句话", "同意 180 / 240 户（75.0%）。"),
        Field(
            "needs",
            "想改什么，多的在前",
            ({"title": "换水管", "wanted": "150 / 200 户（75.0%）"},),
            (("title", "内容"), ("wanted", "想要的户数和比例")),
        ),
        Field("items", "表决的每一项", (_ITEM,), _ITEM_PARTS),
        Field("votes", "表决的一句话", "通过并签发 2 项。"),
        Field("subsidy", "中央补助条件的一句话", "加装电梯，符合中央补助条件。"),
        Field("money", "花费和资金的一句话", "一共要 100 万元，落实了 90 万元，还缺 10 万元。"),
        Field(
            "costs",
            "每项花费",
            ({"title": "换水管", "amount": "500,000 元"},),
            (("title", "内容"), ("amount", "金额")),
        ),
        Field(
            "funding",
            "每笔资金",
            ({"source": "中央财政补助", "amount": "900,000 元"},),
            (("source", "来源"), ("amount", "金额")),
        ),
        Field(
            "drawings",
            "图纸",
            ({"name": "一号院总平面图", "version": "第 2 版"},),
            (("name", "图名"), ("version", "版本")),
        ),
        Field("drawings_sentence", "图纸的一句话", "共 1 张图纸。"),
        Field(
            "parts",
            "支持和不支持的每一条",
            (
                {
                    "name": "问到的人",
                    "stand": "支持",
                    "figures": "200 / 240 户",
                    "asks": "75%以上",
                    "reason": "够了。",
                },
            ),
            (
                ("name", "哪一条"),
                ("stand", "支持不支持"),
                ("figures", "数字"),
                ("asks", "要求"),
                ("reason", "理由"),
            ),
        ),
        Field("proposal", "按规则的建议", "启动：可以着手做方案、落实开工。"),
        Field("course", "签发的意见，没签是空的", "启动（2026 年 4 月 20 日签，已确认）。"),
    ),
}


def field_names(kind: PaperKind) -> frozenset[str]:
    return frozenset(field.name for field in FIELDS[kind])


def samples(kind: PaperKind, *, full: bool = True) -> dict[str, Any]:
    """Values for a trial: each field with something in it, or (not full) all that may be empty left empty."""
    return {
        field.name: field.sample if full else (() if field.parts else "")
        for field in FIELDS[kind]
        if field.name != "qr"
    }


def unknown_fields(kind: PaperKind, asked: Collection[str]) -> list[str]:
    """A sentence for each name that no paper of this kind has, with the one that was probably meant."""
    known = field_names(kind)
    found = []
    for name in sorted(set(asked) - known):
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
        meant = f"是不是“{near[0]}”？" if near else "请看字段表。"
        found.append(f"模板里写了“{name[:40]}”，没有这个字段。{meant}")
    return found


@dataclass(frozen=True)
class Drawn:
    """A paper ready to be given out: what it says, for the office and for everyone, and the file."""

    kind: PaperKind
    community_id: int
    title: str
    issuer: str
    code: str
    body: list[dict[str, Any]]
    public_body: list[dict[str, Any]]
    document: bytes
    template_id: int | None
    template_words: str
    decision_id: int | None = None
    version: int | None = None
