"""Works: seven at seven stages, four grounds finished."""

from decimal import Decimal

import pytest

from shuyuan.buildings.project import Project
from shuyuan.buildings.stages import WorkStage
from shuyuan.core.models import Organisation
from shuyuan.figures.books import Books
from shuyuan.ledger.sheets import faults
from tests.filled import filled

pytestmark = pytest.mark.django_db
books = filled("project")


def test_seven_works_of_the_safety_programme_come_to_48500_square_metres_and_116_million(books: Books) -> None:
    works, area, planned = books.values(["project.safety", "project.safety_area", "project.safety_planned"])
    assert [works.exact, area.exact, planned.exact] == [7, 48_500, 11_600]
    assert planned.display == "1.16亿元"


@pytest.mark.parametrize(
    ("name", "stage", "floor"),
    [
        ("指前实验学校移址新建工程", WorkStage.STRUCTURE, 3),
        ("常胜小学改扩建工程", WorkStage.TOPPED, None),
        ("薛埠小学新建综合楼", WorkStage.STRUCTURE, 3),
        ("尧塘中心幼儿园移址新建工程", WorkStage.TENDER, None),
        ("朱林中学综合楼、食堂拆建工程", WorkStage.PLASTER, None),
        ("朱林小学教学楼、厕所拆建工程", WorkStage.PLASTER, None),
        ("华城实验小学食堂、教学楼改扩建工程", WorkStage.PLANNING, None),
    ],
)
def test_each_work_stands_at_its_stage(books: Books, name: str, stage: WorkStage, floor: int | None) -> None:
    work = Project.objects.get(name=name)
    assert (work.stage, work.floor, str(work)) == (stage, floor, name)


def test_grounds_are_counted_in_the_year_in_which_they_were_finished(books: Books) -> None:
    schools, spent = books.values(["project.surfaced_schools", "project.surfacing_spent"])
    assert [schools.exact, spent.exact] == [4, 450]
    assert [value.exact for value in books.values(["project.surfaced_schools"], back=1)] == [3]


def test_a_work_handed_over_is_under_way_no_more(books: Books) -> None:
    before, now = books.values(["project.under_way"], back=1)[0], books.value("project.under_way")
    assert [before.exact, now.exact] == [6, 7]


def test_a_floor_is_told_only_while_the_structure_goes_up(books: Books) -> None:
    school = Organisation.objects.get(name="金坛市常胜小学")
    work = Project(
        organisation=school, date="2012-03-01", name="新楼", programme="building", area=Decimal(100),
        planned=Decimal(900_000),
        source="county", stage=WorkStage.TENDER, floor=2,
    )  # fmt: skip
    assert [field for _message, field in faults(Project.ledger, work)] == ["floor"]
