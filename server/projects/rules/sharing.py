"""Dividing the money of a joint project (连片改造) among its communities by households, so that the parts add up to the whole.

Nobody lays down how it is to be divided; households are what the plan counts. Wherever money stands beside one community, it is
this share and no other.
"""

from collections.abc import Mapping

from server.projects.rules.money import Money, SourceLine


def divided(amount: int, weights: Mapping[int, int]) -> dict[int, int]:
    """A whole amount in proportion to the weights, in whole numbers that add up to it exactly.

    What is left over by rounding down goes one by one to those who lost most by it; of equals to the lower key. Without any
    weight all count alike.
    """
    total = sum(weights.values())
    fair = dict(weights) if total else dict.fromkeys(weights, 1)
    total = total or len(fair)
    if not fair:
        return {}
    found = {key: amount * weight // total for key, weight in fair.items()}
    left = amount - sum(found.values())
    by_loss = sorted(fair, key=lambda key: (-(amount * fair[key] % total), key))
    for key in by_loss[:left]:
        found[key] += 1
    return found


def shared(whole: Money, households: Mapping[int, int]) -> dict[int, Money]:
    """The money of each community: every source and the cost divided by themselves, so that each of them adds up."""
    parts = {
        line.source: (
            divided(line.planned, households),
            divided(line.received, households),
            divided(line.spent, households),
        )
        for line in whole.lines
    }
    costs = None if whole.cost is None else divided(whole.cost, households)
    return {
        one: Money(
            tuple(SourceLine(source, *(part[one] for part in three)) for source, three in parts.items()),
            None if costs is None else costs[one],
        )
        for one in households
    }
