"""The example's surveys: one closed with its notice, one open and half answered, by slip, poster, door and paper."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from server.catalogue import queries as catalogue
from server.example import people, story, votes
from server.example.ledger import key
from server.example.prices import BUDGET
from server.kernel.actor import Actor, ActorKind
from server.kernel.chinatime import china_day
from server.ledger import queries as ledger
from server.ledger.queries import HouseholdCard
from server.ledger.rules.words import HouseholdState
from server.surveys import actions, queries
from server.surveys.actions import Answering, Heading
from server.surveys.queries import Form
from server.surveys.rules.definition import Definition, Option, Question, Section
from server.surveys.rules.offers import offer_of
from server.surveys.rules.templates import NEEDS, WILLINGNESS, Template, template
from server.surveys.rules.words import Capacity, Channel, Kind, Proof, Stance

CLAIMED = Actor(ActorKind.RESIDENT, 0, "居民")


@dataclass(frozen=True)
class SurveyStory:
    template: Template
    title: str
    intro: str
    #: Days before (negative) or after today.
    opened: int
    closes: int
    #: Of ten households how many answer.
    of_ten: int
    published: int | None = None
    has_package: bool = False


DONE = SurveyStory(
    WILLINGNESS,
    "改造意愿入户调查",
    "小区要改造了。先问问每一家：同不同意改，最想改什么，愿不愿意出一点。结果会贴出来，只供商量方案用，不是表决。",
    opened=-119,
    closes=-112,
    of_ten=8,
    published=-111,
)
RUNNING = SurveyStory(
    NEEDS,
    "下一批改什么",
    "第一批快做完了，下一批先改哪样，请每家说一说。三五分钟填完，截止前可以改。",
    opened=-6,
    closes=9,
    of_ten=5,
    has_package=True,
)
WORDS = (
    "楼道里的灯太暗，晚上看不清台阶。",
    "希望先把下水管换了，一楼老是返水。",
    "停车位不够，晚上回来没地方停。",
    "谢谢居委会，辛苦了。",
    "楼道里的灯太暗，晚上看不清台阶",
)


def ask(community_id: int, facts: SurveyStory, today: datetime) -> None:
    """Make it, open it, let households answer, and publish what came of it where it is over."""
    form = _opened(community_id, facts, today)
    asked = [one for one in queries.households_asked(form.survey) if one.state is not HouseholdState.VACANT]
    for number, household in enumerate(asked):
        if number * 7 % 10 < facts.of_ten and not _is_lead(household):
            _answer(form, household, number, facts, today)
    actions.fold_survey(form.survey.id)
    if facts.published is not None:
        _publish(form, facts.published, today)


def _opened(community_id: int, facts: SurveyStory, today: datetime) -> Form:
    clerk = people.staff_actor(people.CLERK)
    began = votes.at(today, facts.opened, 9)
    survey = actions.draft_survey(
        community_id,
        Heading(facts.title, facts.intro),
        _asked(community_id, facts, began),
        client_key=key(),
        actor=clerk,
        now=began,
    )
    actions.open_survey(survey, closes_at=votes.at(today, facts.closes, 18), actor=clerk, now=began)
    return queries.form(survey)


def _asked(community_id: int, facts: SurveyStory, moment: datetime) -> dict[str, Any]:
    """The template; where the story wants it, with a package to put together at the end."""
    items = _wanted(community_id, moment)
    definition = template(facts.template.key, [replace(one, offer=None) for one in items])
    if not facts.has_package:
        return definition
    question = Question(
        "package",
        Kind.PACKAGE,
        "按这个预算，你会改哪些？",
        help="勾上想要的，配成一份方案。单价和出资比例是示例数据。",
        options=tuple(items),
        household_budget=BUDGET * 100,
    )
    last = Definition((Section("package", "四、自己配一份方案", (question,)),)).as_json()["sections"]
    return {**definition, "sections": [*definition["sections"], *last]}


def _wanted(community_id: int, moment: datetime) -> list[Option]:
    place = ledger.place(community_id)
    found = catalogue.items(china_day(moment), place.division_path if place else "")
    return [Option(one.code, one.name, help=one.description, offer=offer_of(one.tariff)) for one in found]


def _answer(form: Form, household: HouseholdCard, number: int, facts: SurveyStory, today: datetime) -> None:
    last = min(facts.closes, 0) - facts.opened
    moment = votes.at(today, facts.opened + number % max(1, last), 10 + number % 8, number % 60)
    how, actor = _way(number, moment)
    actions.submit_response(
        form, household, answers(form.definition, number), how, client_key=key(), actor=actor, now=moment
    )


def _way(number: int, moment: datetime) -> tuple[Answering, Actor]:
    capacity = (Capacity.OWNER, Capacity.OWNER, Capacity.FAMILY, Capacity.TENANT)[number % 4]
    match number % 9:
        case 0 | 1:
            return Answering(Proof.PROVEN, Channel.DOOR, capacity), people.staff_actor(people.INTERVIEWER)
        case 2:
            signed = china_day(moment)
            how = Answering(Proof.PROVEN, Channel.PAPER, capacity, signed_on=signed)
            return how, people.staff_actor(people.CLERK)
        case 3:
            return Answering(Proof.CLAIMED, Channel.POSTER, capacity, device=f"示例手机 {number}"), CLAIMED
    return Answering(Proof.PROVEN, Channel.SLIP, capacity), CLAIMED


def answers(definition: Definition, number: int) -> dict[str, Any]:
    """What household `number` says: the same every time, and not all alike."""
    said: dict[str, Any] = {}
    for place, question in enumerate(definition.questions):
        if not question.is_private:
            said |= _said(question, number * 3 + place * 5)
    return said


def _said(question: Question, number: int) -> Mapping[str, Any]:
    speaker = _SPEAKERS.get(question.kind)
    return speaker(question, number) if speaker else {}


def _one(question: Question, number: int) -> Mapping[str, Any]:
    count = len(question.options)
    return {question.key: question.options[min(number % 5, number % count)].value}


def _many(question: Question, number: int) -> Mapping[str, Any]:
    """The last option is often one that excludes the others; nobody here ticks it."""
    return {question.key: _some(question.options[:-1], number, question.at_most or 3)}


def _items(question: Question, number: int) -> Mapping[str, Any]:
    wanted = _some(question.options, number, 5)
    return {question.key: wanted, f"{question.key}.top": wanted[: question.most_important]}


def _package(question: Question, number: int) -> Mapping[str, Any]:
    return {question.key: _some(question.options, number, 2 + number % 3)}


def _ranking(question: Question, number: int) -> Mapping[str, Any]:
    values = [option.value for option in question.options]
    turn = number % len(values)
    return {question.key: values[turn:] + values[:turn]}


def _stance(question: Question, number: int) -> Mapping[str, Any]:
    others = Stance.NEUTRAL if number % 5 == 0 else Stance.AGREE
    return {question.key: Stance.DISAGREE if number % 8 == 0 else others}


def _scale(question: Question, number: int) -> Mapping[str, Any]:
    return {question.key: question.steps[-1 - number % 3] if number % 4 else question.steps[1]}


def _number(question: Question, number: int) -> Mapping[str, Any]:
    return {question.key: str(int(question.least or 0) + number % 5 + 1)}


def _words(question: Question, number: int) -> Mapping[str, Any]:
    """Every third household: `number` goes up by three from one to the next."""
    turn = number // 3
    return {question.key: WORDS[turn // 3 % len(WORDS)]} if turn % 3 == 0 else {}


_SPEAKERS = {
    Kind.ONE: _one,
    Kind.CONTRIBUTION: _one,
    Kind.MANY: _many,
    Kind.ITEMS: _items,
    Kind.PACKAGE: _package,
    Kind.RANKING: _ranking,
    Kind.STANCE: _stance,
    Kind.SCALE: _scale,
    Kind.NUMBER: _number,
    Kind.TEXT: _words,
    Kind.LONG_TEXT: _words,
}


def _some(options: Sequence[Option], number: int, most: int) -> list[str]:
    """Some of them, the first ones more often than the last."""
    places = {number * step % max(1, min(len(options), 4 + 3 * step)) for step in range(1, most + 1)}
    return [option.value for place, option in enumerate(options) if place in places]


def _publish(form: Form, published: int, today: datetime) -> None:
    actions.publish_results(
        queries.known(form.survey_id),
        client_key=key(),
        actor=people.staff_actor(people.CLERK),
        now=votes.at(today, published, 9),
    )


def _is_lead(household: HouseholdCard) -> bool:
    """The flat of the cards has not answered: whoever tries the example does."""
    return f"{household.building}-{household.entrance}-{household.room}" == story.LEAD_FLAT
