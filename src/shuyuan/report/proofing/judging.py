"""Judging: the owner of a paper accepts or dismisses each finding; the corrected file follows from that."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _t

from shuyuan.proofread.findings import Finding
from shuyuan.report.drafting import Refused
from shuyuan.report.proofing import marking
from shuyuan.report.proofing.marking import Correction
from shuyuan.report.proofing.papers import Judgement, Paper

MOST = 500  # characters of a replacement or a reason
ACCEPTED, DISMISSED = Judgement.Verdict.ACCEPTED, Judgement.Verdict.DISMISSED


def accept(paper: Paper, number: int, text: str = "") -> None:
    """The words of this finding become `text`, or what was suggested. Raises Refused."""
    one = _finding(paper, number)
    right = _line(text) or one.suggestion
    if not right or right == one.text:
        raise Refused(_t("请写明『%(words)s』改成什么。") % {"words": one.text})
    if "\n" in one.text:
        raise Refused(_t("这一处跨了段落，请在 Word 里改。"))
    with transaction.atomic():
        _lock(paper)
        said = paper.judgements()
        for other in (paper.findings[n] for n, j in said.items() if j.verdict == ACCEPTED and n != number):
            if other.start < one.end and one.start < other.end:
                told = _t("与已采纳的『%(words)s』重叠；请先撤回那一处。")
                raise Refused(told % {"words": other.text})
        _say(paper, number, ACCEPTED, right)


def dismiss(paper: Paper, number: int, reason: str = "") -> None:
    """The words are right as they are."""
    _finding(paper, number)
    with transaction.atomic():
        _lock(paper)
        _say(paper, number, DISMISSED, _line(reason))


def undo(paper: Paper, number: int) -> None:
    """As if nothing had been said of it."""
    with transaction.atomic():
        _lock(paper)
        Judgement.objects.filter(paper=paper, number=number).delete()


def corrected(paper: Paper, *, made: datetime) -> bytes:
    """The file in Word: what was accepted written in place, what is open as comments, what was dismissed gone."""
    said = paper.judgements()
    done = [Correction(paper.findings[n], j.text) for n, j in sorted(said.items()) if j.verdict == ACCEPTED]
    left = [one for number, one in enumerate(paper.findings) if number not in said]
    return marking.marked(paper.source, left, paper.coverage, made=made, corrected=done)


def _say(paper: Paper, number: int, verdict: str, text: str) -> None:
    Judgement.objects.update_or_create(paper=paper, number=number, defaults={"verdict": verdict, "text": text[:MOST]})


def _lock(paper: Paper) -> None:
    """Two tabs at one paper do not write past each other."""
    Paper.objects.select_for_update().get(pk=paper.pk)


def _finding(paper: Paper, number: int) -> Finding:
    if not 0 <= number < len(paper.findings):
        raise Refused(_t("没有第 %(n)s 处发现。") % {"n": number + 1})
    return paper.findings[number]


def _line(text: str) -> str:
    """One line of what XML can carry: a replacement stands within a paragraph."""
    return "".join(character if character.isprintable() else " " for character in text)[:MOST].strip()
