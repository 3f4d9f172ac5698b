"""The labelled documents, their split, and how well claims agree with the labels."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import Any

from shuyuan.proofread.claims import Claim, read

DATA = Path(__file__).with_name("data")
KINDS = {"count", "money", "percent", "area", "person-times"}


@cache
def labels() -> dict[tuple[str, str], list[dict[str, Any]]]:
    """The labelled claims by (document, sentence), in the order of the file."""
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for line in (DATA / "claims-gold.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found.setdefault((row["file"], row["sid"]), []).append(row)
    return found


def documents() -> list[str]:
    return sorted({file for file, _ in labels()})


def tuning() -> list[str]:
    """Every other document was looked at while the rules were written."""
    return documents()[::2]


def reported() -> list[str]:
    return documents()[1::2]


def body(file: str) -> str:
    """The prose of a document, without its three lines about itself."""
    return (DATA / file).read_text(encoding="utf-8").split("\n\n", 1)[1]


@dataclass
class Score:
    right: int = 0
    found: int = 0
    labelled: int = 0

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.found + self.labelled) if self.found + self.labelled else 1.0


def close(subject: str, label: str) -> bool:
    """One names the other, or they share most of the shorter one's characters in order."""
    if not subject or not label:
        return False
    if subject in label or label in subject:
        return True
    same = sum(block.size for block in SequenceMatcher(None, subject, label, autojunk=False).get_matching_blocks())
    return same >= 0.6 * min(len(subject), len(label)) and same >= 2


def _key(value: Any, unit: str) -> tuple[str, str]:
    return (str(value) if isinstance(value, str) else f"{float(value):g}", unit)


def said(claim: Claim) -> tuple[str, str]:
    return _key(claim.value_text if ":" in claim.value_text else claim.value, claim.unit)


def score(files: Iterable[str], *, show: bool = False) -> dict[str, Score]:
    """Value with unit, subjects (lenient and to the letter) over these documents."""
    names = ("value+unit", "subject", "subject exact")
    scores = {name: Score() for name in names}
    for file in files:
        whole = read(body(file))
        for (document, _), rows in labels().items():
            if document != file:
                continue
            sentence = rows[0]["sentence"]
            found = [claim for claim in whole.all() if claim.sentence == sentence and claim.kind in KINDS]
            left = list(rows)
            for name in names:
                scores[name].found += len(found)
                scores[name].labelled += len(rows)
            for claim in found:
                row = next((row for row in left if _key(row["value"], row["unit"]) == said(claim)), None)
                if row is None:
                    if show:
                        print("EXTRA", file[:8], claim.value_text, claim.unit, sentence[:50])  # noqa: T201
                    continue
                left.remove(row)
                scores["value+unit"].right += 1
                scores["subject"].right += close(claim.subject, row["subject"])
                scores["subject exact"].right += claim.subject == row["subject"]
                if show and not close(claim.subject, row["subject"]):
                    print("SUBJECT", file[:8], repr(claim.subject), repr(row["subject"]), sentence[:60])  # noqa: T201
            if show:
                for row in left:
                    print("MISSED", file[:8], row["value_text"], row["unit"], sentence[:50])  # noqa: T201
    return scores


def relation_score(files: Iterable[str], *, show: bool = False) -> Score:
    """Relations by type, claim and the claims they join; those that do not hold count like those that do."""
    from shuyuan.proofread.relations import relations

    result = Score()
    for file in files:
        whole = read(body(file))
        found = relations(whole)
        for (document, _), rows in labels().items():
            if document != file:
                continue
            sentence = rows[0]["sentence"]
            claims = [claim for claim in whole.all() if claim.sentence == sentence and claim.kind in KINDS]
            names = {row["cid"]: place for place, row in enumerate(rows)}
            labelled = {
                (one["type"], names[row["cid"]], tuple(sorted(names[c] for c in one.get("claims", []))), one["holds"])
                for row in rows
                for one in row["relations"]
            }
            places = {claim.number: place for place, claim in enumerate(claims)}
            ours = {
                (one.type, places[one.claim.number], tuple(sorted(places[o.number] for o in one.others)), one.holds)
                for one in found
                if one.claim.number in places and all(o.number in places for o in one.others)
            }
            if show:
                for kind, rest in (("MISSED", labelled - ours), ("EXTRA", ours - labelled)):
                    for one in rest:
                        print(kind, file[:8], one, sentence[:70])  # noqa: T201
            result.right += len(labelled & ours)
            result.found += len(ours)
            result.labelled += len(labelled)
    return result
