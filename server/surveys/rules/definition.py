"""What a survey asks: sections of questions, frozen as JSON. How answers are checked stands in answering.py."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from server.kernel.errors import Invalid
from server.kernel.signs import UNSEEN
from server.surveys.rules.offers import GREATEST_WHOLE, Offer, offer_json, read_offer
from server.surveys.rules.words import Kind, Personal, Sensitive

#: A parsed expression: ["call", "selected", ["ref", "q1"], ["str", "a"]].
Tree = Sequence[Any]

OTHER = "other"
DEFAULT_TOP = 3
LONGEST_LINE = 200
LONGEST_TEXT = 2000
MOST_PHOTOS = 10
#: So many steps of an expression may stand inside one another.
DEEPEST = 60


@dataclass(frozen=True)
class Option:
    value: str
    title: str
    help: str = ""
    picture: int | None = None
    show_if: Tree | None = None
    #: PACKAGE: what it costs and counts for.
    offer: Offer | None = None


@dataclass(frozen=True)
class Question:
    """One question. Fields that its kind does not use keep their defaults."""

    key: str
    kind: Kind
    title: str
    help: str = ""
    picture: int | None = None
    required: bool = False
    show_if: Tree | None = None
    constraint: Tree | None = None
    constraint_message: str = ""
    options: tuple[Option, ...] = ()
    #: An answer in one's own words beside the options.
    other: bool = False
    #: Most ticks of MANY; of ITEMS how many may be called most important.
    at_most: int | None = None
    #: Bounds of NUMBER and SCALE as decimal text, of DATE as ISO days.
    least: str | None = None
    most: str | None = None
    decimals: int = 0
    step: str = "1"
    #: What the ends of a scale mean.
    low: str = ""
    high: str = ""
    unit: str = ""
    #: Most characters of words; None for the usual.
    longest: int | None = None
    #: CONTRIBUTION: in which ways, beside the band.
    ways: tuple[Option, ...] = ()
    #: PACKAGE, in fen: what may be spent for each household; and for the whole community, fixed at the opening.
    household_budget: int | None = None
    budget: int | None = None
    formula: Tree | None = None
    #: An owner's answer stands before a tenant's.
    is_consent: bool = False
    sensitive: Sensitive | None = None
    personal: Personal | None = None
    #: Why a personal or sensitive thing is asked.
    why: str = ""
    is_public: bool = True

    @property
    def most_chars(self) -> int:
        return self.longest or (LONGEST_TEXT if self.kind is Kind.LONG_TEXT else LONGEST_LINE)

    @property
    def most_important(self) -> int:
        return self.at_most or DEFAULT_TOP

    @cached_property
    def steps(self) -> tuple[str, ...]:
        """Every point of a scale, the least first."""
        least, most, step = Decimal(self.least or 1), Decimal(self.most or 5), Decimal(self.step)
        return tuple(_plain_number(least + step * place) for place in range(int((most - least) / step) + 1))

    @property
    def is_private(self) -> bool:
        return self.sensitive is not None or self.personal is not None

    @cached_property
    def has_filter(self) -> bool:
        """Whether some option is offered only under a condition."""
        return any(option.show_if is not None for option in self.options)

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The names under which its answer is kept; the first is the question's own key."""
        return (self.key, *(f"{self.key}.{side}" for side in self._sides()))

    def _sides(self) -> Iterator[str]:
        if self.other:
            yield "other"
        if self.kind is Kind.STANCE:
            yield "reason"
        if self.kind is Kind.ITEMS:
            yield "top"
        if self.kind is Kind.CONTRIBUTION:
            yield "ways"
        if self.sensitive is not None:
            yield "consent"


@dataclass(frozen=True)
class Section:
    key: str
    title: str
    questions: tuple[Question, ...]
    help: str = ""
    show_if: Tree | None = None

    @cached_property
    def is_moving(self) -> bool:
        """Whether what is answered on its page may change what the page asks."""
        return any(one.show_if is not None or one.has_filter for one in self.questions)


@dataclass(frozen=True)
class Definition:
    sections: tuple[Section, ...]
    thanks: str = ""

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        return tuple(question for section in self.sections for question in section.questions)

    @cached_property
    def by_key(self) -> dict[str, Question]:
        return {question.key: question for question in self.questions}

    @cached_property
    def private_keys(self) -> frozenset[str]:
        """The fields whose answers are sealed apart from the rest."""
        return frozenset(
            name for question in self.questions if question.is_private for name in question.fields
        )

    @cached_property
    def text_keys(self) -> tuple[str, ...]:
        """The fields that hold people's own words, to be grouped and searched."""
        return tuple(
            name
            for question in self.questions
            if not question.is_private
            for name in question.fields
            if _is_words(question, name)
        )

    @cached_property
    def pictures(self) -> frozenset[int]:
        """The attachments that stand beside questions and options: whoever may see the survey may see them."""
        options = (one for question in self.questions for one in (*question.options, *question.ways))
        beside = [*(question.picture for question in self.questions), *(one.picture for one in options)]
        return frozenset(id_ for id_ in beside if id_ is not None)

    def section(self, key: str) -> Section | None:
        return next((one for one in self.sections if one.key == key), None)

    def as_json(self) -> dict[str, Any]:
        """The canonical form: every field that differs from its default, in a fixed order."""
        return {"sections": [_section_json(section) for section in self.sections], "thanks": self.thanks}


def _plain_number(number: Decimal) -> str:
    return format(number.normalize(), "f") if number else "0"


def read_definition(raw: Mapping[str, Any]) -> Definition:
    """The definition of its JSON; what is missing takes its default. Raises Invalid where it is none."""
    try:
        return Definition(
            tuple(_read_section(one) for one in raw.get("sections") or ()), _text(raw, "thanks").strip()
        )
    except (AttributeError, KeyError, TypeError, ValueError, ZeroDivisionError):
        raise Invalid("这份问卷的内容读不出来。请刷新页面，再改一次。", code="no_definition") from None


def _is_words(question: Question, name: str) -> bool:
    if name == question.key:
        return question.kind.is_words
    return name.endswith((".other", ".reason"))


def _read_section(raw: Mapping[str, Any]) -> Section:
    return Section(
        key=_text(raw, "key"),
        title=_text(raw, "title"),
        help=_text(raw, "help"),
        show_if=_tree(raw, "show_if"),
        questions=tuple(_read_question(one) for one in raw.get("questions") or ()),
    )


def _read_question(raw: Mapping[str, Any]) -> Question:
    sensitive, personal = raw.get("sensitive"), raw.get("personal")
    return Question(
        key=_text(raw, "key"),
        kind=Kind(raw["kind"]),
        title=_text(raw, "title"),
        help=_text(raw, "help"),
        picture=_whole(raw, "picture"),
        required=bool(raw.get("required")),
        show_if=_tree(raw, "show_if"),
        constraint=_tree(raw, "constraint"),
        constraint_message=_text(raw, "constraint_message"),
        options=tuple(_read_option(one) for one in raw.get("options") or ()),
        other=bool(raw.get("other")),
        at_most=_whole(raw, "at_most"),
        least=_text(raw, "least") or None,
        most=_text(raw, "most") or None,
        decimals=_whole(raw, "decimals") or 0,
        step=_text(raw, "step") or "1",
        low=_text(raw, "low"),
        high=_text(raw, "high"),
        unit=_text(raw, "unit"),
        longest=_whole(raw, "longest"),
        ways=tuple(_read_option(one) for one in raw.get("ways") or ()),
        household_budget=_whole(raw, "household_budget"),
        budget=_whole(raw, "budget"),
        formula=_tree(raw, "formula"),
        is_consent=bool(raw.get("is_consent")),
        sensitive=Sensitive(sensitive) if sensitive else None,
        personal=Personal(personal) if personal else None,
        why=_text(raw, "why"),
        is_public=bool(raw.get("is_public", True)),
    )


def _read_option(raw: Mapping[str, Any]) -> Option:
    return Option(
        value=_text(raw, "value"),
        title=_text(raw, "title"),
        help=_text(raw, "help"),
        picture=_whole(raw, "picture"),
        show_if=_tree(raw, "show_if"),
        offer=read_offer(raw.get("offer")),
    )


def _text(raw: Mapping[str, Any], name: str) -> str:
    """Text of a field; signs that nobody sees are left out, for they came by copying."""
    value = raw.get(name)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise TypeError(name)
    return UNSEEN.sub("", str(value))


def _whole(raw: Mapping[str, Any], name: str) -> int | None:
    value = raw.get(name)
    if value in (None, ""):
        return None
    number = int(str(value))
    if abs(number) > GREATEST_WHOLE:
        raise ValueError(name)
    return number


def _tree(raw: Mapping[str, Any], name: str) -> Tree | None:
    return _branch(raw[name], DEEPEST) if raw.get(name) else None


def _branch(raw: Any, depth: int) -> Tree:
    """Lists of text and further lists, as the parser makes them; what the words mean is checked in soundness.py."""
    if not isinstance(raw, (list, tuple)) or not raw or not isinstance(raw[0], str) or not depth:
        raise ValueError("no expression")
    return [UNSEEN.sub("", part) if isinstance(part, str) else _branch(part, depth - 1) for part in raw]


_UNSET = Question(key="", kind=Kind.NOTE, title="")


def _question_json(question: Question) -> dict[str, Any]:
    found: dict[str, Any] = {"key": question.key, "kind": question.kind.value, "title": question.title}
    for name in Question.__dataclass_fields__:
        value = getattr(question, name)
        if name not in found and value != getattr(_UNSET, name):
            found[name] = (
                [_option_json(one) for one in value] if name in {"options", "ways"} else _plain(value)
            )
    return found


def _option_json(option: Option) -> dict[str, Any]:
    found: dict[str, Any] = {"value": option.value, "title": option.title}
    rest: dict[str, Any] = {"help": option.help, "picture": option.picture, "show_if": _plain(option.show_if)}
    rest["offer"] = offer_json(option.offer) if option.offer is not None else None
    return found | {name: value for name, value in rest.items() if value}


def _section_json(section: Section) -> dict[str, Any]:
    found: dict[str, Any] = {"key": section.key, "title": section.title}
    rest = {"help": section.help, "show_if": _plain(section.show_if)}
    found |= {name: value for name, value in rest.items() if value}
    return {**found, "questions": [_question_json(one) for one in section.questions]}


def _plain(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return value.value if isinstance(value, (Sensitive, Personal)) else value
