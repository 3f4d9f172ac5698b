"""The description of the API holds: schemathesis asks every operation as a clerk and as an officer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.contrib.auth.models import User
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from shuyuan.core import tokens
from shuyuan.core.codes import Function
from shuyuan.ledger.record import State
from shuyuan.site.api import api
from shuyuan.site.wsgi import application
from tests.county import HOME, County, build
from tests.ledger.filed import opened, purchase, task_of

SCHEMA = schemathesis.openapi.from_dict(api.get_openapi_schema(path_prefix="/api/"))
CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
OPERATIONS = [one.ok() for one in SCHEMA.get_all_operations()]  # type: ignore[union-attr]
HEALTH = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much]


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """A server closes its connections after a request; the test's one, with its transaction, is to stay."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def county(db: None) -> County:
    """With a record and a task, whose keys are tried beside those made up."""
    made = build()
    made.known = {"slug": "procurement", "name": "procurement.total"}  # type: ignore[attr-defined]
    made.known["pk"] = purchase(made, state=State.FILED).pk  # type: ignore[attr-defined]
    task_of(opened(made), made[HOME])
    return made


@pytest.mark.parametrize("who", ["clerk", "officer"])
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.label)
def test_no_operation_fails_and_every_answer_is_as_described(county: County, operation: Any, who: str) -> None:
    user: User = county.clerk if who == "clerk" else county.officer(Function.FINANCE)
    _token, text = tokens.make(user, "试", writes=True)
    operation.app = application
    names = {one.name for one in operation.iter_parameters() if one.location == "path"}
    fitting = {name: value for name, value in county.known.items() if name in names}  # type: ignore[attr-defined]
    cases = [operation.as_strategy(mode) for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)]
    if fitting:
        cases.append(operation.as_strategy(GenerationMode.POSITIVE, path_parameters=fitting))

    @settings(max_examples=30, database=None, suppress_health_check=HEALTH, phases=[Phase.explicit, Phase.generate])
    @given(st.one_of(cases))
    def ask(case: Any) -> None:
        with transaction.atomic():  # each finds the county as it was
            answer = case.call(headers={"Authorization": f"Bearer {text}"})
            transaction.set_rollback(True)
        case.validate_response(answer, checks=CHECKS)

    ask()


def test_every_operation_is_explained_and_shows_how_it_refuses() -> None:
    for path, methods in api.get_openapi_schema(path_prefix="/api/")["paths"].items():
        for method, told in methods.items():
            assert any("一" <= letter <= "鿿" for letter in told["summary"]), (path, method)
            refusals = {"401", "403", "404", "422"}
            assert refusals <= {str(code) for code in told["responses"]}, (path, method)
