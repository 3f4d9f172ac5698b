"""Assets: what was bought in the year, and what stands at its end."""

import pytest

from shuyuan.equipment.asset import Asset
from shuyuan.figures.books import Books
from tests.filled import filled

pytestmark = pytest.mark.django_db
books = filled("asset")


def test_1200_student_computers_and_530_projectors_were_bought(books: Books) -> None:
    computers, projectors = books.values(["asset.student_computers_bought", "asset.projectors_bought"])
    assert (computers.display, projectors.display) == ("1200台", "530套")


def test_each_school_has_its_share_and_together_they_are_all(books: Books) -> None:
    by_school = books.vector("asset.projectors_bought")
    assert len(by_school) == 66
    assert sum(value.exact or 0 for value in by_school.values()) == 530


def test_what_was_written_off_is_held_no_more(books: Books) -> None:
    before, now = books.values(["asset.student_computers"], back=1)[0], books.value("asset.student_computers")
    assert [before.exact, now.exact] == [640 + 2150 + 860, 2150 + 860 + 1200]


@pytest.mark.parametrize("name", ["网络阅卷系统", "省教育资产与装备管理信息系统"])
def test_the_systems_of_the_year_are_found_by_their_name(books: Books, name: str) -> None:
    assert str(Asset.objects.get(kind=Asset.Kind.SYSTEM, date__year=2012, name=name)) == name
