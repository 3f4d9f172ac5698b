"""Enrolment: good rows, and more than there can be."""

from datetime import date

from tests.ledger.suite import LedgerSuite


class TestEnrolment(LedgerSuite):
    ledger = "enrolment"
    rows = (
        {"applicants": 120, "admitted": 112, "migrant_applicants": 20, "migrant_admitted": 20, "dropouts": 1,
         "poverty_dropouts": 0, "date": date(2012, 9, 10)},
        {"applicants": 118, "admitted": 118, "migrant_applicants": 16, "migrant_admitted": 16, "dropouts": 0,
         "poverty_dropouts": 0, "date": date(2011, 9, 10)},
    )  # fmt: skip
    bad = (
        ("admitted", 121, "录取人数不能多于报名人数"),
        ("migrant_applicants", 130, "随迁子女不能多于全部报名人数"),
        ("migrant_admitted", 21, "录取人数不能多于报名人数"),
        ("poverty_dropouts", 2, "因贫辍学人数不能多于辍学人数"),
    )
