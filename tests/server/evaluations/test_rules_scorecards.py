from fractions import Fraction

from server.evaluations.rules.rates import Least
from server.evaluations.rules.scorecards import Judged, Work, scorecards
from server.evaluations.rules.words import Aspect

LEAST = Least(Fraction(3, 10), 30)


def judged(community_id: int, satisfied: int, answered: int, households: int = 100, **items) -> Judged:
    marks = {Aspect.OVERALL: (satisfied, answered)}
    return Judged(community_id, households, answered, 1, marks, items)


def test_numerators_and_denominators_are_added_and_rates_never_averaged():
    known = {1: judged(1, 10, 40), 2: judged(2, 80, 80)}
    card = scorecards([Work("黔建三公司", 1), Work("黔建三公司", 2)], known, LEAST)[0]
    assert (card.communities, card.households, card.answered, card.by_staff) == (2, 200, 120, 2)
    assert card.rates[Aspect.OVERALL].share == Fraction(90, 120)
    assert card.rates[Aspect.QUALITY].answered == 0


def test_a_community_that_was_not_judged_is_in_no_sum_and_counted():
    card = scorecards([Work("甲", 1), Work("甲", 9)], {1: judged(1, 30, 40)}, LEAST)[0]
    assert (card.communities, card.unjudged, card.households) == (1, 1, 100)


def test_one_community_counts_once_however_often_somebody_worked_in_it():
    works = [Work("甲", 1, frozenset({"B-01"})), Work("甲", 1, frozenset({"T-01"}))]
    known = {1: judged(1, 30, 40, **{"B-01": (20, 40), "T-01": (40, 40), "W-01": (0, 40)})}
    card = scorecards(works, known, LEAST)[0]
    assert (card.communities, card.answered) == (1, 40)
    assert card.own is not None
    assert (card.own.share, card.own.households) == (Fraction(60, 80), 200)


def test_too_few_answers_over_all_communities_show_no_rate():
    card = scorecards([Work("甲", 1), Work("甲", 2)], {1: judged(1, 9, 10), 2: judged(2, 9, 10)}, LEAST)[0]
    assert card.rates[Aspect.OVERALL].lacking == 40
    assert card.own is None


def test_an_item_nobody_was_asked_about_is_no_item_of_theirs():
    assert scorecards([Work("甲", 1, frozenset({"X"}))], {1: judged(1, 9, 10)}, LEAST)[0].own is None


def test_whoever_has_most_answers_comes_first_then_by_name():
    known = {1: judged(1, 30, 40), 2: judged(2, 30, 40), 3: judged(3, 30, 50)}
    cards = scorecards([Work("乙", 1), Work("甲", 2), Work("丙", 3)], known, LEAST)
    assert [card.name for card in cards] == ["丙", "乙", "甲"]
