"""Dividing what belongs to several communities together, so that the parts add up to the whole."""

from collections.abc import Mapping


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
