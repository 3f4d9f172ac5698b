"""A small county to test in: a bureau with a section for each function, a town, two schools, and people with posts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.contrib.auth.models import User
from django.test import Client

from shuyuan.core.codes import Founder, Function, SchoolType
from shuyuan.core.history import acting
from shuyuan.core.models import Duty, Organisation, OrganisationName, Person, Post
from shuyuan.core.roles import Role
from shuyuan.ledger.ledger import Ledger

BUREAU, HOME, OTHER = "金坛市教育局", "河头小学", "江苏省华罗庚中学"
SINCE = date(2000, 9, 1)


@dataclass
class County:
    """Its organisations by name, and one account for each role that a page treats differently."""

    system: User
    organisations: dict[str, Organisation] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Organisation:
        return self.organisations[name]

    @cached_property
    def clerk(self) -> User:
        return self.account("hetou", HOME, Post.Role.CLERK)

    @cached_property
    def headteacher(self) -> User:
        return self.account("xiaozhang", HOME, Post.Role.HEADTEACHER)

    @cached_property
    def other_clerk(self) -> User:
        return self.account("huazhong", OTHER, Post.Role.CLERK)

    @cached_property
    def office(self) -> User:
        return self.account("bangongshi", _section(Function.OFFICE), Post.Role.OFFICE)

    @cached_property
    def leader(self) -> User:
        return self.account("juzhang", BUREAU, Post.Role.LEADER)

    @cached_property
    def superuser(self) -> User:
        return User.objects.create(username="admin", is_superuser=True)

    @cached_property
    def stranger(self) -> User:
        """Somebody who has an account and no post."""
        return User.objects.create(username="moshengren")

    def keeper(self, role: Role) -> User:
        """One of those who administer or watch over the house, and see no record."""
        found = User.objects.filter(username=f"bao_{role}").first()
        return found or self.account(f"bao_{role}", BUREAU, role)

    def officer(self, function: Function) -> User:
        """The officer of the section that answers for a function."""
        name = f"ke_{function}"
        found = User.objects.filter(username=name).first()
        return found or self.account(name, _section(function), Post.Role.OFFICER)

    def reviewer(self, ledger: Ledger[object]) -> User:  # type: ignore[type-var]
        return self.officer(ledger.function)

    def outsider(self, ledger: Ledger[object]) -> User:  # type: ignore[type-var]
        """An officer of a section that does not answer for this ledger."""
        return self.officer(Function.UNION if ledger.function != Function.UNION else Function.AID)

    def account(self, username: str, organisation: str, role: Role) -> User:
        user = User.objects.create(username=username, first_name=f"{organisation}·{role.label}")
        with acting(self.system, "到任"):
            Post.objects.create(user=user, organisation=self[organisation], role=role, since=SINCE)
        return user

    def person(self, organisation: str, name: str, number: str, kind: Person.Kind = Person.Kind.STAFF) -> Person:
        """Somebody on the books of an organisation; the same number is the same person."""
        with acting(self.system, "登记"):
            known = {"organisation": self[organisation], "name": name, "kind": kind}
            return Person.objects.get_or_create(number=number, defaults=known)[0]


def build() -> County:
    """The county, written in a dozen statements."""
    county = County(User.objects.create(username="system", first_name="系统", is_active=False))
    with acting(county.system, "建库"):
        bureau = Organisation(name=BUREAU, kind=Organisation.Kind.BUREAU)
        bureau.save()
        town = Organisation(name="薛埠镇", kind=Organisation.Kind.TOWN, parent=bureau)
        sections = {
            function: Organisation(name=_section(function), kind=Organisation.Kind.SECTION, parent=bureau)
            for function in Function
        }
        schools = [
            Organisation(
                name=HOME,
                code="2132000001",
                parent=bureau,
                school_type=SchoolType.PRIMARY,
                founder=Founder.COUNTY_EDUCATION,
            ),
            Organisation(
                name=OTHER,
                code="2132000002",
                parent=bureau,
                school_type=SchoolType.SENIOR,
                founder=Founder.COUNTY_EDUCATION,
            ),
        ]
        made = Organisation.objects.bulk_create([town, *sections.values(), *schools])
        OrganisationName(organisation=schools[1], name="省华中").save()
        Duty.objects.bulk_create([Duty(organisation=place, function=key) for key, place in sections.items()])
    county.organisations = {place.name: place for place in (bureau, *made)}
    return county


def _section(function: Function) -> str:
    return f"{function.label}科"


def browser_of(user: User | None) -> Client:
    """A browser in which this person is logged in; nobody when it is None."""
    client = Client(raise_request_exception=True)
    if user is not None:
        client.force_login(user)
    return client
