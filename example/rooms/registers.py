"""The registers of people: every member of staff, and every pupil of every school section."""

from __future__ import annotations

from example import people
from example.rows import Rows, row


def rows() -> Rows:
    for one in people.staff():
        yield row(
            "staff", one.school.name, one.since, person=one.member, post=one.post, cadre=one.cadre,
            gender=one.gender, born=one.born, education=one.education, rank=one.rank, until=one.until,
        )  # fmt: skip
    for pupil in people.pupils():
        yield row(
            "pupil", pupil.school.name, pupil.since, person=pupil.member, stage=pupil.stage, form=pupil.form,
            gender=pupil.gender, born=pupil.born, migrant=pupil.migrant, until=pupil.until,
        )  # fmt: skip
