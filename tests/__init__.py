"""The tests are a package, so that folders may hold files of one name and suites are shared by import."""

import pytest

pytest.register_assert_rewrite("tests.ledger.suite")
