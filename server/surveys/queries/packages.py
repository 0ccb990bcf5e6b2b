"""Package questions as a household sees them: with what they cost, and what falls to it."""

from server.catalogue import queries as catalogue
from server.catalogue.rules.ground import Ground, average_payer
from server.catalogue.rules.package import Menu
from server.infra.db import asked_once
from server.surveys.rules.definition import Definition
from server.surveys.rules.packages import menu_of, package_questions


def menus(definition: Definition, community_id: int, household_id: int | None = None) -> dict[str, Menu]:
    """The menu of each package question by its key; empty where none is asked.

    Without a household, or one that the ledger no longer has, for an average one: whoever has not proven which home is
    theirs learns nothing of it here.
    """
    questions = package_questions(definition)
    if not questions:
        return {}
    counted = _ground(community_id)
    own = catalogue.payer(household_id, counted) if household_id is not None else None
    payer = own or average_payer(counted)
    return {question.key: menu_of(question, counted, payer) for question in questions}


def _ground(community_id: int) -> Ground:
    return asked_once(("package_ground", community_id), lambda: catalogue.ground(community_id))
