"""Sanctions: counted by person, and seen by the personnel function only."""

import pytest
from django.contrib.auth.models import User

from shuyuan.cli.telling import actor
from shuyuan.core.history import acting
from shuyuan.core.models import Organisation, Post
from shuyuan.figures.books import Books
from shuyuan.staff.discipline import Sanction
from tests.filled import filled

pytestmark = pytest.mark.django_db
books = filled("duty", "staff", "discipline")


@pytest.mark.parametrize(
    ("organisation", "role", "sees"),
    [
        ("人事科", Post.Role.OFFICER, 25),
        ("基础教育科", Post.Role.OFFICER, 0),
        ("金坛市社头中学", Post.Role.HEADTEACHER, 0),
        ("金坛市教育体育局", Post.Role.LEADER, 25),
    ],
)
def test_only_who_answers_for_personnel_sees_a_sanction(
    books: Books, organisation: str, role: Post.Role, sees: int
) -> None:
    user = User.objects.create_user("somebody")
    with acting(actor("system"), "任职"):
        Post(user=user, organisation=Organisation.objects.get(name=organisation), role=role).save()
    assert Sanction.objects.visible_to(user).count() == sees


def test_sixteen_decisions_concern_sixteen_people(books: Books) -> None:
    assert books.value("discipline.decisions").exact == 16
    assert Sanction.objects.filter(date__year=2012).values("person").distinct().count() == 16
