"""The pages of workbooks handed in: many at once, what became of each, the marked copy, headings mapped. HTTP only."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_POST

from shuyuan.core.history import acting
from shuyuan.core.models import Organisation
from shuyuan.ledger import background, headings, intake, sheets, wordings
from shuyuan.ledger.headings import Words
from shuyuan.ledger.intake import Intake, Outcome, Rights
from shuyuan.ledger.lookup import Lookup
from shuyuan.ledger.unpacking import MOST_BYTES, Opened, Unreadable, unpack
from shuyuan.web import html
from shuyuan.web.pages import show
from shuyuan.web.parts import Crumb, Tone

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TONES = {
    Outcome.WAITING: Tone.NEUTRAL,
    Outcome.ASKING: Tone.WARNING,
    Outcome.REFUSED: Tone.BAD,
    Outcome.TAKEN: Tone.GOOD,
    Outcome.UNCHANGED: Tone.INFO,
}
LEAVE_OUT = "-"


def drop(request: HttpRequest) -> HttpResponse:
    """Many workbooks, or a zip of them, of any ledgers and schools."""
    rights = _rights(request)
    if request.method == "POST":
        batch = secrets.token_hex(8)
        for file in request.FILES.getlist("files"):
            _receive(request, rights, file, batch)
        if Intake.objects.visible_to(request.user).filter(batch=batch).exists():
            background.hand_over(rights.user, batch)
            return redirect("intake-batch", batch=batch)
        messages.error(request, _t("没有收到工作簿；请选择 .xlsx 文件，或装着它们的 .zip。"))
    came = Intake.objects.visible_to(request.user).order_by("-pk")[:50]
    context = {"title": _t("批量导入"), "rows": _rows(came), "crumbs": []}
    return render(request, "ledger/intake.html", context)


def _receive(request: HttpRequest, rights: Rights, file: Any, batch: str) -> None:
    content = file.read()
    if not intake.is_zip_of_workbooks(file.name, content):
        if len(content) > MOST_BYTES:
            messages.error(request, _t("%(name)s 超过 20 MB；请分成几个工作簿") % {"name": file.name})
        else:
            intake.receive(rights.user, file.name, content, batch=batch)
        return
    try:
        for name, part in intake.unzipped(content):
            intake.receive(rights.user, name, part, batch=batch)
    except Unreadable as refused:
        messages.error(request, f"{file.name}：{refused}")


def batch_page(request: HttpRequest, batch: str) -> HttpResponse:
    """What became of the files of one batch. A worker reads them; where there is none, the page has each read."""
    return _show_batch(request, batch)


@require_POST
def take_next(request: HttpRequest, batch: str) -> HttpResponse:
    """Read the next file of a batch; the page shows how far it is."""
    rights = _rights(request)
    waiting = Intake.objects.visible_to(request.user).filter(batch=batch, outcome=Outcome.WAITING).first()
    if waiting is not None:
        intake.take(waiting, rights)
    return _show_batch(request, batch)


def _show_batch(request: HttpRequest, batch: str) -> HttpResponse:
    came = Intake.objects.visible_to(request.user).filter(batch=batch).select_related("organisation")
    if not came:
        raise Http404
    done = sum(one.outcome != Outcome.WAITING for one in came)
    job = background.job_of(request.user, batch)
    context = {
        "title": _t("批量导入"),
        "crumbs": [Crumb(_t("批量导入"), reverse("intake"))],
        "batch": batch,
        "job": job,
        "reads_itself": job is None,
        "rows": _rows(came),
        "done": done,
        "total": len(came),
        "share": 100 * done // len(came),
        "progress_label": _t("已读取"),
        "waiting": done < len(came),
        "books": _rights(request).books(),
        "counts": [(label, n) for value, label in Outcome.choices if (n := sum(c.outcome == value for c in came))],
    }
    return show(request, "ledger/intake_batch.html", context, region="ledger/intake_rows.html")


def _rows(came: Any) -> list[tuple[Intake, Any]]:
    return [(one, html.badge(one.get_outcome_display(), TONES[Outcome(one.outcome)])) for one in came]


def page(request: HttpRequest, pk: int) -> HttpResponse:
    """One workbook: what was read, or what is wrong with it; its ledger can be said here."""
    came = _own(request, pk)
    rights = _rights(request)
    if request.method == "POST" and came.outcome != Outcome.TAKEN:
        slug = request.POST.get("ledger", "")
        if slug not in {book.slug for book in rights.books()}:
            raise PermissionDenied
        chosen = request.POST.get("organisation", "")
        own = Organisation.objects.visible_to(request.user).schools()
        school = own.filter(pk=chosen).first() if chosen.isdecimal() else came.organisation
        Intake.objects.filter(pk=came.pk).update(ledger=slug, organisation=school)
        came.refresh_from_db()
        intake.take(came, rights)
    context = {
        "title": came.name,
        "crumbs": [Crumb(_t("批量导入"), reverse("intake"))],
        "intake": came,
        "state": html.badge(came.get_outcome_display(), TONES[Outcome(came.outcome)]),
        "problems": came.faults[: sheets.SHOWN],
        "more": max(len(came.problems) - sheets.SHOWN, 0),
        "count": len(came.problems),
        "books": rights.books(),
        "schools": Organisation.objects.visible_to(request.user).schools(),
    }
    return render(request, "ledger/intake_page.html", context)


def marked_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """The file itself with its bad cells red."""
    from shuyuan.ledger.marked import marked  # openpyxl takes its time to load, and few pages need it

    came = _own(request, pk)
    if not came.can_be_marked:
        raise Http404
    try:
        content = marked(came.content(), came.faults)
    except Unreadable as refused:
        messages.error(request, str(refused))
        return redirect("intake-page", pk=pk)
    response = HttpResponse(content, content_type=XLSX)
    stem = came.name.rpartition(".")[0] or came.name
    response["Content-Disposition"] = str(content_disposition_header(True, _t("%(name)s-待改.xlsx") % {"name": stem}))
    return response


def map_headings(request: HttpRequest, pk: int) -> HttpResponse:
    """What a workbook's headings and words mean, said once by a person and kept for the next time."""
    came, rights = _own(request, pk), _rights(request)
    book = came.book
    if book is None or not came.file or book.slug not in {one.slug for one in rights.books()}:
        raise Http404
    try:
        opened = unpack(came.content())
    except Unreadable:
        return redirect("intake-page", pk=pk)
    place = came.organisation or rights.home()
    kept = wordings.wording_of(book, [came.organisation, rights.home()])
    words = kept.words() if kept else Words()
    header = _header(request, book, opened, words)
    lookup = Lookup(rights.organisations())
    proposed = wordings.proposals(book, opened.rows, header, words, lookup)
    chosen = {one.said: request.POST.get(f"heading:{one.said}", one.cell) for one in proposed}
    picked = Words(
        {said: "" if cell == LEAVE_OUT else cell for said, cell in chosen.items() if cell},
        words.values,
        {
            name: value
            for name in set(book.names) - {"organisation"}
            if (value := request.POST.get(f"fixed:{name}", words.fixed.get(name, "")))
        },
    )
    strange = wordings.unknown_words(book, opened.rows, header, picked)
    errors = _undecided(book, proposed, chosen, picked, came) if request.method == "POST" else []
    asked = [f"value:{name}:{text}" for name, texts in strange.items() for text in texts]
    if request.method == "POST" and not errors and all(key in request.POST for key in asked) and place is not None:
        values = {
            name: {text: code for text in texts if (code := request.POST.get(f"value:{name}:{text}", ""))}
            for name, texts in strange.items()
        }
        with acting(rights.user, _t("确认标题对照")):
            layout = wordings.layout_of(opened.rows[header])
            wordings.remember(book, place, Words(picked.headings, values, picked.fixed), layout)
        return _taken(request, came, rights)
    missing = [c for c in book.sheet if c.required and not _given(c, picked) and c.name not in _exact(book, chosen)]
    context = {
        "title": _t("对照标题：%(ledger)s") % {"ledger": book},
        "subtitle": came.name,
        "crumbs": [Crumb(_t("批量导入"), reverse("intake")), Crumb(came.name, reverse("intake-page", args=[came.pk]))],
        "ledger": book,
        "place": place,
        "header": header + 1,
        "changed": wordings.moved(kept, opened.rows[header]) if kept else "",
        "proposals": [(one, chosen[one.said]) for one in proposed],
        "cells": [(n, h) for c in book.sheet for n, h in zip(c.names, c.headings, strict=True)],
        "leave_out": LEAVE_OUT,
        "missing": [(c, picked.fixed.get(c.name, "")) for c in missing if c.name != "organisation"],
        "strange": [
            (
                book.column(name),
                [(t, request.POST.get(f"value:{name}:{t}", wordings.nearest(book.column(name), t))) for t in texts],
            )
            for name, texts in strange.items()
        ],
        "errors": errors,
    }
    return render(request, "ledger/headings.html", context, status=422 if errors else 200)


def _header(request: HttpRequest, book: Any, opened: Opened, words: Words) -> int:
    """The row of the headings: as found, or as the person says."""
    said = request.GET.get("header", "") or request.POST.get("header", "")
    if said.isdecimal() and 0 < int(said) <= min(len(opened.rows), headings.TITLE_ROWS):
        return int(said) - 1
    return headings.find(book, opened.rows, words)


def _exact(book: Any, chosen: dict[str, str]) -> set[str]:
    return {cell for cell in chosen.values() if cell and cell != LEAVE_OUT}


def _given(column: Any, picked: Words) -> bool:
    return any(name in picked.headings.values() for name in column.names)


def _undecided(book: Any, proposed: Any, chosen: dict[str, str], picked: Words, came: Intake) -> list[str]:
    """What keeps the mapping from being complete."""
    names = {name for column in book.sheet for name in column.names}
    errors = [
        _t("请说明『%(heading)s』是哪一列，或选择不导入") % {"heading": one.heading}
        for one in proposed
        if chosen[one.said] not in {*names, LEAVE_OUT}
    ]
    cells = [cell for cell in chosen.values() if cell and cell != LEAVE_OUT]
    labels = {name: heading for c in book.sheet for name, heading in zip(c.names, c.headings, strict=True)}
    errors += [
        _t("「%(label)s」被选了两次") % {"label": labels[cell]}
        for cell in dict.fromkeys(cells)
        if cells.count(cell) > 1 and cell in labels
    ]
    errors += [
        _t("还缺必填的「%(label)s」：请对照一个标题，或填一个固定值") % {"label": column.label}
        for column in book.sheet
        if column.required
        and not _given(column, picked)
        and column.name not in picked.fixed
        and column.name != "organisation"
    ]
    if came.organisation is None and "organisation" in names and "organisation" not in cells:
        errors.append(_t("表里没有单位，文件名里也认不出；请先在上一页选定学校"))
    return errors


def _taken(request: HttpRequest, came: Intake, rights: Rights) -> HttpResponse:
    """Read the workbook again, with the words that were just confirmed."""
    reading = intake.take(came, rights)
    if reading is None:
        return redirect("intake-page", pk=came.pk)
    for line in came.told:
        messages.success(request, line)
    return redirect(reading.ledger.url)


def _rights(request: HttpRequest) -> Rights:
    rights = Rights(request.user)  # type: ignore[arg-type]
    if not rights.books():
        raise PermissionDenied
    return rights


def _own(request: HttpRequest, pk: int) -> Intake:
    return get_object_or_404(Intake.objects.visible_to(request.user), pk=pk)
