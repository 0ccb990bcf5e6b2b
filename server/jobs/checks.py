"""The job that asks WeChat about what residents put forward: claimed in one unit of work, asked outside any, settled each in
its own. What cannot be asked waits for people as it did; nothing is shown meanwhile, and nothing is lost."""

import structlog
from flask import current_app

from server.contributions.queries import ABOUT as PLEDGE
from server.contributions.queries import NAME
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.wechat import PersonAbsent, WeChatError, mini_program, pictures
from server.infra.wechat.gateway import CheckScene
from server.matters.queries import ABOUT as MATTER
from server.moderation import checking
from server.moderation.checking import Answer, Question
from server.moderation.rules.checking import Found, Why

log = structlog.get_logger(__name__)

#: After so many tries in a row that may pass, WeChat is away: the rest waits for the next look.
MOST_FAILURES = 3
#: Where what is put forward will stand, in WeChat's four words. What is not named here stands beside something that the
#: house shows: a report, a round of judging, a defect, a survey.
SCENES = {(MATTER, ""): CheckScene.FORUM, (PLEDGE, NAME): CheckScene.PROFILE}
ELSEWHERE = CheckScene.COMMENT


def work_on_checks() -> int:
    """Ask what is due. Returns how many WeChat took."""
    if not current_app.config["WECHAT_HAS_MINI"]:
        return 0
    with unit_of_work():
        checking.take_in(now())
    taken, failures = 0, 0
    while failures < MOST_FAILURES:
        with unit_of_work():
            questions = checking.claim(now())
        if not questions:
            break
        for number, question in enumerate(questions):
            answer = _ask(question)
            with unit_of_work():
                checking.settle(question, answer, now=now())
            is_failure = answer.found is None and not answer.trace_id and answer.why is None
            taken += answer.found is not None or bool(answer.trace_id)
            failures = failures + 1 if is_failure else 0
            if failures == MOST_FAILURES:
                with unit_of_work():
                    checking.put_back(questions[number + 1 :], now=now())
                break
    return taken


def _ask(question: Question) -> Answer:
    scene = SCENES.get((question.about_kind, question.part), ELSEWHERE)
    try:
        if question.text is None:
            address = f"{current_app.config['PUBLIC_URL']}/wechat/pictures/{pictures.name_of(question.item_id, now())}"
            return Answer(trace_id=mini_program().check_media(question.openid, address, scene))
        finding = mini_program().check_text(question.openid, question.text, scene)
        return Answer(Found(finding.verdict.value), finding.label)
    except PersonAbsent as error:
        return Answer(why=Why.NO_ACCOUNT, code=error.code)
    except WeChatError as error:
        log.warning("a check was not had", kind=type(error).__name__, code=error.code)
        return Answer(why=None if error.is_passing else Why.REJECTED, code=error.code)
