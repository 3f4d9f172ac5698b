"""docs/api.md for whoever writes a script: each of its curl examples does what it says."""

from __future__ import annotations

import re
import shlex
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from shuyuan.core import tokens
from tests.county import build
from tests.ledger.filed import purchase

DOCS = Path(__file__).parents[2] / "docs/api.md"


def examples() -> list[list[str]]:
    """Each curl command of the page, as a shell would take it apart."""
    blocks = re.findall(r"```\n(curl .*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    lines = "".join(blocks).replace("\\\n", " ").splitlines()
    return [shlex.split(line) for line in lines if line.strip()]


def test_the_page_has_an_example_of_each_kind_of_request() -> None:
    asked = [words[words.index("-X") + 1] if "-X" in words else "GET" for words in examples()]
    assert set(asked) == {"GET", "POST", "PATCH", "PUT"}


@pytest.mark.parametrize("words", examples(), ids=lambda words: words[-1].removeprefix("$SITE"))
def test_every_example_of_the_page_does_what_it_says(db: None, words: list[str]) -> None:
    county = build()
    record = purchase(county, state="filed")
    _token, text = tokens.make(county.office, "试", writes=True)
    options: dict[str, Any] = {"-X": "GET", "-d": ""}
    headers = {}
    for option, value in pairwise(words):
        if option == "-H":
            name, _colon, said = value.partition(": ")
            headers[name] = said.replace("$TOKEN", text)
        elif option in options:
            options[option] = value
    path = words[-1].removeprefix("$SITE").replace("/1/", f"/{record.pk}/")
    answer = Client(enforce_csrf_checks=True).generic(
        options["-X"], path, options["-d"], "application/json", headers=headers
    )
    assert answer.status_code in {200, 201}, answer.content.decode()
