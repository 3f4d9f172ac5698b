"""The county that asks."""

import pytest

from tests.county import County, build


@pytest.fixture
def county(db: None) -> County:
    return build()
