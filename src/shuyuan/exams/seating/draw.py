"""Draw: chance that everybody can repeat. A drawn order is the order of SHA-256 of the seed and the thing's name.

No random generator keeps its sequence in all versions of all languages; SHA-256 does. So a plan can be drawn again by
whoever has the list and the seed, and the order in which the rows of a file stand plays no part.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

ALGORITHM = "shuyuan-seating-1"
T = TypeVar("T")


class Draw:
    """The draw of one seed. What is drawn for is told in words, so that no two draws use the same chance."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._base = hashlib.sha256(f"{ALGORITHM}\x1f{seed}\x1f".encode())

    def lot(self, *names: object) -> bytes:
        """The lot of a thing: 32 bytes that look random and are always the same."""
        drawn = self._base.copy()
        drawn.update("\x1f".join(map(str, names)).encode())
        return drawn.digest()

    def number(self, below: int, *names: object) -> int:
        """A number from 0 to below − 1. 8 bytes make any bias too small to matter (below / 2⁶⁴)."""
        return int.from_bytes(self.lot(*names)[:8]) % below

    def shuffled(self, things: Iterable[T], *names: object, called: Callable[[T], object] = str) -> list[T]:
        """The things in drawn order; each is told apart by what it is called."""
        return sorted(things, key=lambda thing: (self.lot(*names, called(thing)), str(called(thing))))

    def blocks(self, count: int, *names: object) -> Sequence[int]:
        """The numbers 0 … count − 1 in drawn order, from one lot: Fisher-Yates with the digits of the lot."""
        order = list(range(count))
        if count > 40:  # 40! fits into the 256 bits of a lot with nearly 100 to spare; much more would not
            return self.shuffled(order, *names)
        chance = int.from_bytes(self.lot(*names))
        for last in range(count - 1, 0, -1):
            chance, place = divmod(chance, last + 1)
            order[last], order[place] = order[place], order[last]
        return order
