"""Engines: commands that work on files alone, run without loading the site, which takes longer than they do."""

from __future__ import annotations

import argparse
import gettext
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from shuyuan.exams.invigilation import command as invigilation
from shuyuan.exams.seating import command as seating
from shuyuan.proofread.words import bind

EXAM = (seating, invigilation)
LOCALE = Path(__file__).resolve().parents[1] / "locale"


def exam(arguments: Sequence[str]) -> int:
    """`shuyuan exam …`; the exit status. What is refused is told on standard error."""
    if language := os.environ.get("SHUYUAN_LANGUAGE"):
        bind(gettext.translation("django", LOCALE, [language], fallback=True).gettext)
    parser = argparse.ArgumentParser(prog="shuyuan exam")
    parts = parser.add_subparsers(dest="part", required=True)
    for engine in EXAM:
        engine.add_to(parts)
    options = vars(parser.parse_args(arguments))
    try:
        status: int = options["run"](options, print)
    except tuple(refusal for engine in EXAM for refusal in engine.REFUSALS) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    return status
