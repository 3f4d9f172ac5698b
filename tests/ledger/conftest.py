"""The county that tests of the engine's ledgers stand in."""

import pytest

from tests.county import County, build


@pytest.fixture
def county(db: None) -> County:
    return build()
