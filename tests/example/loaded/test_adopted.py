"""The example's report adopted as if somebody else had written it: the template prints the same words again."""

from __future__ import annotations

import pytest
from pytest_django import DjangoDbBlocker

from shuyuan.report import bind, copies, template, tree
from shuyuan.report.build import build, entries
from shuyuan.report.nodes import Bound
from shuyuan.report.outlines import declared
from shuyuan.report.proofing import adopting, adoption
from tests.report.samples import MADE
from tests.report.test_adopting import text_of

YEAR = 2012

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def report(example: None, django_db_blocker: DjangoDbBlocker) -> bytes:
    with django_db_blocker.unblock():
        return build(YEAR).docx


def truth(report: bytes) -> list[tuple[int, int, str]]:
    """Where in the text of the report each figure stands."""
    text, found, at = text_of(report), [], 0
    for passage in tree.read(report).passages():
        at = text.index(passage.text, at)
        place = at
        for inline in passage.inlines:
            if isinstance(inline, Bound):
                found.append((place, place + len(inline.text), inline.figure))
            place += len(inline.text)
    return found


def test_the_generated_report_stripped_and_adopted_prints_the_same_text(report: bytes) -> None:
    old = copies.clean(report, made=MADE)
    assert not list(tree.read(old).bound())
    found = adoption.look(old)
    known, first, bound = truth(report), 0, {}
    for number, (claim, proposed) in enumerate(zip(found.claims, found.proposals, strict=True)):
        right = [name for start, end, name in known if start < claim.end and claim.digits < end]
        names = [one.figure for one in proposed]
        first += names[:1] == right[:1]
        if right and right[0] in names:
            bound[number] = right[0]
    assert found.year == YEAR and len(found.claims) > 100
    assert first >= 0.9 * len(found.claims), "the first proposal is the right one"
    assert len(bound) >= 0.95 * len(found.claims), "the right one is among the proposals"
    made = found.template(bound, made=MADE)
    placeholders = template.read(made).placeholders
    assert len(placeholders) == len(bound)
    template.read(made).check(declared(YEAR))
    filled = bind.fill(made, entries(YEAR), made=MADE, year=YEAR)
    assert text_of(filled) == text_of(old)
    assert sum(1 for _one in tree.read(filled).bound()) == len(bound)


def test_a_qualified_number_becomes_the_ready_phrase(report: bytes) -> None:
    known = entries(YEAR)
    one = next(entry for entry in known.values() if entry.display == "近700万元")
    for printed, placeholder in (
        ("近700万元", f"{{{{ {one.name} }}}}"),
        ("将近700万元", f"将近{{{{ {one.name} | 原数 }}}}"),
        ("不少于700万元", f"不少于{{{{ {one.name} | 原数 }}}}"),
        ("近0.07亿元", f"{{{{ {one.name} | 折合(亿元) }}}}"),
        ("0.07亿元", f"{{{{ {one.name} | 数字(亿元) }}}}亿元"),
    ):
        text = f"发放助学金{printed}。"
        (claim,) = adopting.wanted(text)
        slot = adopting.slot(text, claim, one)
        assert text[: slot.start] + slot.placeholder + text[slot.end :] == f"发放助学金{placeholder}。", printed
