"""What a lift costs each flat, by the parts its floor was given. Pure, in whole fen."""

from collections.abc import Mapping


def shares_by_flat(cost_fen: int, floors: Mapping[int, int], parts: Mapping[int, int]) -> dict[int, int]:
    """What each flat pays in whole fen: by the parts of its floor, and together exactly the cost.

    `floors` are the flats with their floors, `parts` the floors with their parts; a floor without parts pays nothing. What does
    not divide goes fen by fen to the largest remainders, of equal ones to the higher floor, then the lower id.
    """
    weights = {flat: parts.get(floor, 0) for flat, floor in floors.items()}
    whole = sum(weights.values())
    if not whole:
        return dict.fromkeys(floors, 0)
    paid = {flat: cost_fen * weight // whole for flat, weight in weights.items()}
    left = cost_fen - sum(paid.values())
    order = sorted(weights, key=lambda flat: (-(cost_fen * weights[flat] % whole), -floors[flat], flat))
    for flat in order[:left]:
        paid[flat] += 1
    return paid
