"""Population: good rows, and a town smaller than its parts."""

from datetime import date

from tests.ledger.suite import LedgerSuite


class TestPopulation(LedgerSuite):
    ledger = "population"
    rows = (
        {"organisation": "薛埠镇", "residents": 50_000, "ages_3_5": 1_000, "ages_6_11": 2_000, "ages_12_14": 1_100,
         "ages_15_17": 1_300, "adults": 17_000, "date": date(2012, 12, 31)},
        {"organisation": "薛埠镇", "residents": 49_800, "ages_3_5": 990, "ages_6_11": 2_050, "ages_12_14": 1_150,
         "ages_15_17": 1_350, "adults": 17_100, "date": date(2011, 12, 31)},
    )  # fmt: skip
    bad = (("residents", 20_000, "各年龄段人口之和不能多于常住人口"),)
