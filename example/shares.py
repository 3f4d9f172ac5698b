"""Shares: a total divided by weights so that the parts add up to it exactly."""

from __future__ import annotations

from collections.abc import Sequence


def shares(total: int, weights: Sequence[float], *, step: int = 1, least: int = 0) -> list[int]:
    """The parts of `total` in proportion to `weights`, each a multiple of `step` and at least `least`.

    The largest remainders get what rounding left over. Raises ValueError when `total` is no multiple of `step`, or
    too small.
    """
    spare = total - least * len(weights)
    if total % step or least % step or spare < 0:
        raise ValueError(f"{total} cannot be shared among {len(weights)} in steps of {step} from {least}")
    units, whole = spare // step, sum(weights)
    exact = [units * weight / whole for weight in weights]
    parts = [int(part) for part in exact]
    behind = sorted(range(len(parts)), key=lambda place: parts[place] - exact[place])
    for place in behind[: units - sum(parts)]:
        parts[place] += 1
    return [least + part * step for part in parts]
