"""The county whose figures are computed, and figures of a test's own."""

from collections.abc import Callable, Iterator

import pytest

from shuyuan.figures import registry
from shuyuan.figures.figure import Figure


@pytest.fixture
def declare(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """`declare(figure, …)`: for this test these are the year 2012's figures besides the enduring ones."""
    declared: list[tuple[int, Figure]] = []
    monkeypatch.setattr(registry, "sources", [lambda: declared])
    registry.forget()

    def add(*figures: Figure) -> None:
        declared.extend((2012, figure) for figure in figures)
        registry.forget()

    yield add
    monkeypatch.undo()
    registry.forget()
