"""Numbers that look drawn and are not: the same for the same words, in every process and on every machine."""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

from server.example.plan2020 import SEED

T = TypeVar("T")


class Draws:
    """An endless row of numbers that hangs on the seed and on words that name what it is for."""

    def __init__(self, *words: object) -> None:
        self._name = "|".join(map(str, (SEED, *words))).encode()
        self._block = 0
        self._left = b""

    def below(self, bound: int) -> int:
        """From 0 to bound - 1; even enough for bounds far below two to the 32."""
        if len(self._left) < 4:
            self._left = hashlib.sha256(self._name + self._block.to_bytes(4, "big")).digest()
            self._block += 1
        taken, self._left = self._left[:4], self._left[4:]
        return int.from_bytes(taken, "big") % bound

    def one_in(self, count: int) -> bool:
        return self.below(count) == 0

    def of(self, choices: Sequence[T]) -> T:
        return choices[self.below(len(choices))]

    def between(self, least: int, most: int) -> int:
        return least + self.below(most - least + 1)

    def shuffled(self, things: Sequence[T]) -> list[T]:
        found = list(things)
        for place in range(len(found) - 1, 0, -1):
            other = self.below(place + 1)
            found[place], found[other] = found[other], found[place]
        return found
