"""The inside of a table whose row and column totals are all public: which cells are hidden.

What a reader can work out of the hidden cells is a transport problem: each line's hidden sum must be dealt out to its
hidden cells. The least and the greatest value a cell can have differ from its own by what can still flow around it, so
they are found by pushing counts along closed ways of hidden cells, and exactly, in whole numbers. A cell on no such way
(a bridge, when rows and columns are joined by their hidden cells) is pinned; one alone in its line is on none.

That is what solving the published table yields. Whoever also goes through all the tables that this rule of hiding would
have published alike can say more of a few very small ones: of all grids of 2 x 3 with a dozen people, for less than one
hidden cell in a hundred. Lines, and grids of two by two, stand against that too (see the tests).
"""

from collections import deque
from collections.abc import Iterable, Sequence

Place = tuple[int, int]
Counts = Sequence[Sequence[int]]


def hidden_inside(inside: Counts, least: int) -> set[Place]:
    """The small cells, and cells beside them until each hidden one may have values `least` or more apart.

    It always ends well: with everything hidden, a cell in a row of r and a column of c of all n may have the values from
    max(0, r + c - n) to min(r, c), that is min(r, c, n - r, n - c) steps, and no total is under `least`.
    """
    everywhere = [(r, c) for r, row in enumerate(inside) for c in range(len(row))]
    hidden: set[Place] = set()
    unsure = {(r, c) for r, c in everywhere if inside[r][c] < least}
    while unsure:
        hidden |= unsure
        betrayed = [place for place in hidden if room(inside, hidden, place, least) < least]
        unsure = {added for place in betrayed for added in _next_ones(inside, hidden, place)}
    return hidden


def _next_ones(inside: Counts, hidden: set[Place], place: Place) -> set[Place]:
    """A rectangle of hidden cells is the shortest way around: of those with a corner in `place`, what it costs least to hide.

    Ways of the same cost go together, so that it depends on the counts and not on their order which cells are hidden.
    """
    row, column = place
    ways = [
        {(row, c), (r, column), (r, c)} - hidden
        for r in range(len(inside))
        for c in range(len(inside[row]))
        if r != row and c != column
    ]
    costs = [(sum(inside[r][c] for r, c in way), way) for way in ways if way]
    least_told = min(cost for cost, _ in costs)
    return {place for cost, way in costs if cost == least_told for place in way}


def room(inside: Counts, hidden: Iterable[Place], place: Place, enough: int) -> int:
    """How far apart the least and the greatest value of a hidden cell are; not looked for beyond `enough`."""
    row, column = place
    # Rows and columns are points. Along (r, c) any number may be added to a cell; against it, taken off what is there.
    spare: dict[Place, int] = {}
    first_column = len(inside)
    for r, c in hidden:
        if (r, c) != place:
            spare[r, first_column + c] = enough
            spare[first_column + c, r] = inside[r][c]
    more = _flow(spare, first_column + column, row, enough)
    return more + _flow(spare, row, first_column + column, min(inside[row][column], enough - more))


def _flow(spare: dict[Place, int], source: int, sink: int, wanted: int) -> int:
    """How much of `wanted` can be pushed from source to sink, one shortest way after another."""
    left, pushed = dict(spare), 0
    while pushed < wanted and (way := _way(left, source, sink)):
        step = min(wanted - pushed, *(left[edge] for edge in way))
        for start, end in way:
            left[start, end] -= step
            left[end, start] += step
        pushed += step
    return pushed


def _way(left: dict[Place, int], source: int, sink: int) -> list[Place]:
    """The edges of a shortest way with room on each; none where there is no way."""
    beyond: dict[int, list[int]] = {}
    for (start, end), spare in left.items():
        if spare:
            beyond.setdefault(start, []).append(end)
    came_from = {source: source}
    waiting = deque([source])
    while waiting and sink not in came_from:
        point = waiting.popleft()
        for end in beyond.get(point, ()):
            if end not in came_from:
                came_from[end] = point
                waiting.append(end)
    if sink not in came_from:
        return []
    way = []
    while sink != source:
        way.append((came_from[sink], sink))
        sink = came_from[sink]
    return way
