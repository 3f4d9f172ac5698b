"""The foot of a list as a figure, over the example's own records: whatever the filters, the figure is that number."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shuyuan.core.models import Organisation
from shuyuan.figures import registry
from shuyuan.figures.books import Books
from shuyuan.figures.figure import Figure
from shuyuan.figures.foot import Foot
from shuyuan.figures.kinds import from_data
from shuyuan.ledger.ledger import ledger
from tests.filled import filled

pytestmark = pytest.mark.django_db

SLUGS = ("debt", "procurement", "facility", "policy", "staff", "organisation")
RULES = {
    "debt": ["amount > 1000000", 'kind == "other" or amount <= 50000', "year(date) == 2012"],
    "procurement": ['not (method == "open")', "amount > 10000 and amount < 9000000"],
    "facility": ["until missing"],
    "policy": ['contains(title, "学校")'],
    "staff": ["date is not missing"],
    "organisation": ['kind == "school"'],
}

books = filled(*SLUGS[:-1])


@pytest.fixture
def declared(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[int, Figure]]]:
    found: list[tuple[int, Figure]] = []
    monkeypatch.setattr(registry, "sources", [lambda: found])
    yield found
    monkeypatch.undo()
    registry.forget()


@st.composite
def lists(draw: st.DrawFn) -> tuple[str, dict[str, str]]:
    """An address of a list: a ledger, and any of the filters that its page offers."""
    slug = draw(st.sampled_from(SLUGS))
    book = ledger(slug)
    parameters: dict[str, str] = {}
    day = draw(st.sampled_from(["", "period", "standing"]))
    year = draw(st.sampled_from(["2012", "2012", "2011"]))
    if day == "period" and book.has("period"):
        parameters["period"] = year
    elif day == "standing":
        parameters["standing"] = f"{year}-12-31"
    for column in book.sheet:
        if column.choices and draw(st.integers(0, 4)) == 0:
            parameters[column.name] = draw(st.sampled_from([code for code, _label in column.choices]))
    if draw(st.booleans()):
        parameters["organisation"] = str(draw(st.integers(0, 10**6)))
    if draw(st.integers(0, 2)) == 0:
        parameters["q"] = draw(st.sampled_from(["小学", "中心", "1", "校", "（", '"', "\\", "%", "_", "没有"]))
    if draw(st.integers(0, 2)) == 0:
        parameters["where"] = draw(st.sampled_from(RULES[slug]))
    if book.has("state") and draw(st.booleans()):
        parameters["state"] = "accepted"
    return slug, parameters


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lists())
def test_a_saved_foot_is_the_number_that_stood_there(
    books: Books, declared: list[tuple[int, Figure]], asked: tuple[str, dict[str, str]]
) -> None:
    slug, parameters = asked
    if "organisation" in parameters:
        everywhere = Organisation.objects.order_by("pk")
        parameters["organisation"] = str(everywhere[int(parameters["organisation"]) % everywhere.count()].pk)
    foot = Foot(ledger(slug), parameters, None, 2012)
    for total in foot.totals():
        data = foot.specification(total.field)
        figure = from_data(data | {"name": "t.saved", "title": "自存", "unit": total.unit})
        assert list(figure.check()) == []
        declared[:] = [(2012, figure)]
        registry.forget()
        value = Books(foot.year).value("t.saved")
        if value.exact is None:
            assert not total.number, (data, value.reason)
            assert value.reason
        else:
            assert value.exact == (total.number or 0), data
        (line,) = Books(foot.year).lineage("t.saved")
        shown = set(line.selection().rows.values_list("pk", flat=True))
        assert shown == set(foot.selection.rows.values_list("pk", flat=True)), data
    assert Foot(ledger(slug), foot.parameters, None, 1999).parameters == foot.parameters, "said once, it says it all"
