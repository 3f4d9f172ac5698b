"""The registers of organisations: bureau, sections, towns, schools, campuses, and what else they are called."""

from __future__ import annotations

from datetime import date

from example import city
from example.rows import Row, Rows
from shuyuan.core.codes import Founder
from shuyuan.core.models import Organisation, OrganisationName


def rows() -> Rows:
    yield from _organisations()
    yield from _names()
    for school in city.SCHOOLS:
        for stage in school.pupils:
            yield Row("school_section", {"organisation": school.name, "stage": stage, "since": school.since})
    for section, functions in city.SECTIONS.items():
        for function in functions:
            yield Row("duty", {"organisation": section, "function": function})


def _organisations() -> Rows:
    kinds = Organisation.Kind
    yield Row("organisation", {"name": city.BUREAU, "kind": kinds.BUREAU, "since": date(1950, 1, 1), "order": 1})
    for order, section in enumerate(city.SECTIONS, start=10):
        yield Row("organisation", {"name": section, "kind": kinds.SECTION, "parent": city.BUREAU, "order": order})
    for order, town in enumerate(city.TOWNS, start=50):
        yield Row("organisation", {"name": town, "kind": kinds.TOWN, "parent": city.BUREAU, "order": order})
    for order, school in enumerate((*city.SCHOOLS, city.CLOSED, *city.VILLAGE_SCHOOLS), start=100):
        yield Row("organisation", _school(school) | {"order": order})
    for order, (campus, owner) in enumerate(city.CAMPUSES.items(), start=300):
        fields = {"kind": kinds.CAMPUS, "parent": owner, "founder": Founder.COUNTY_EDUCATION, "order": order}
        yield Row("organisation", {"name": campus, "since": date(2009, 9, 1)} | fields)


def _school(school: city.School) -> dict[str, object]:
    return {
        "name": school.name,
        "kind": Organisation.Kind.SCHOOL,
        "code": school.code,
        "parent": school.town or city.BUREAU,
        "school_type": school.type,
        "urban_rural": school.urban_rural,
        "founder": school.founder,
        "since": school.since,
        "until": school.until,
    }


def _names() -> Rows:
    for school in city.SCHOOLS:
        kinds = OrganisationName.Kind
        for kind, names in ((kinds.ALIAS, school.aliases), (kinds.FORMER, school.former)):
            for name in names:
                yield Row("organisation_name", {"organisation": school.name, "name": name, "kind": kind})
