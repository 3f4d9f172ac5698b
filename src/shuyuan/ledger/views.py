"""The pages of every ledger: list, record, form, import, template, export, evidence. HTTP only."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Page, Paginator
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_POST

from shuyuan.core.history import acting
from shuyuan.core.models import Organisation, Period
from shuyuan.ledger import background, filing, intake, review, saving, sheets, workbooks
from shuyuan.ledger.closing import closed_through
from shuyuan.ledger.evidence import MOST_BYTES, OPENED_INLINE, add_evidence, evidence_of
from shuyuan.ledger.filters import FilterForm, LedgerFilters
from shuyuan.ledger.flow import arrivals
from shuyuan.ledger.forms import EvidenceForm, ImportForm, RecordForm
from shuyuan.ledger.ledger import Ledger
from shuyuan.ledger.reaching import XLSX, badge, visible_ledger, visible_record
from shuyuan.ledger.record import Record, State
from shuyuan.ledger.rounds import Task, task_for
from shuyuan.ledger.selection import Selection
from shuyuan.ledger.unmasking import PURPOSES, may_release
from shuyuan.ledger.zero import ZeroReport
from shuyuan.web import html, slots
from shuyuan.web.context import year_of
from shuyuan.web.pages import show
from shuyuan.web.parts import Crumb
from shuyuan.web.tables import Column, Row, Table

PAGE = 50


class _Counted(Paginator):  # type: ignore[type-arg]
    """A paginator that is told how many rows there are, since the foot of the list counted them already."""

    def __init__(self, selection: Selection, number: int) -> None:
        super().__init__(selection.ordered, PAGE)
        self._selection, self._number = selection, number

    @cached_property
    def count(self) -> int:
        return self._number

    def page(self, number: int | str) -> Page[Any]:
        number = self.validate_number(number)
        start = (number - 1) * PAGE
        records = self._selection.page(start, min(start + PAGE, self.count), self.count)
        return Page(records, number, self)


def record_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The records that the address selects, with how many there are and what they add up to."""
    book = visible_ledger(request, slug)
    selection = Selection(book, request.GET.dict(), request.user)
    for error in selection.errors:
        messages.error(request, error)
    totals = selection.totals()
    page = _Counted(selection, totals["n"]).get_page(request.GET.get("page"))
    form = FilterForm(selection, Organisation.objects.visible_to(request.user), request.GET)
    context = {
        "ledger": book,
        "title": str(book),
        "subtitle": book.group,
        "crumbs": [],
        "table": _table(book, selection, page, totals),
        "page_obj": page,
        "filters": LedgerFilters(request, form, selection),
        "search_hint": _t("搜索文字、单位、姓名"),
        "actions": slots.pieces(slots.list_actions, selection.rows, request),
        "may_write": book.may_write(request.user),
        "may_release": may_release(request.user, book),
        "purposes": PURPOSES,
        "query": request.GET.urlencode(),
        "period": Period(code=f"{year_of(request)}{book.period_kind}", kind=book.period_kind, year=year_of(request)),
    }
    return show(request, "ledger/list.html", context, region="web/rows.html")


def _table(book: Ledger[Any], selection: Selection, page: Any, totals: dict[str, Any]) -> Table:
    """The subject first, as the link to the record; the other columns in their order; the state last."""
    subject = book.column(book.subject or ("organisation" if book.has("organisation") else book.names[0]))
    shown = [column for column in book.sheet if column != subject]
    columns = [Column(subject.label, sort=subject.name, wrap=True)]
    columns += [
        Column(c.label, sort=c.name if selection.may_sort(c.name) else "", numeric=c.numeric, wrap=c.kind == "text")
        for c in shown
    ]
    foot = [_t("合计 %(n)s 条") % {"n": f"{totals['n']:,}"}]
    foot += [html.number(totals[f"sum_{c.name}"]) if c.numeric else "" for c in shown]
    rows = []
    returned = [record.pk for record in page if getattr(record, "state", "") == State.RETURNED]
    remarks = review.remarks(book, returned) if returned else {}
    for record in page:
        said = remarks.get(record.pk, {})
        cells = [_remarked(column.text(record), said.get(column.name)) for column in (subject, *shown)]
        if book.has("state"):
            cells.append(badge(record))
        rows.append(Row(cells, url=reverse("record", args=[book.slug, record.pk])))
    if book.has("state"):
        columns.append(Column(_t("状态"), sort="state"))
        foot.append("")
    return Table(columns, rows, caption=str(book), sorted_by=selection.sort, totals=foot if rows else None)


def _remarked(text: str, remark: str | None) -> Any:
    """A cell, with why it came back where that is about this very field."""
    return format_html('{}<span class="cell-remark">{}</span>', html.shown(text), remark) if remark else text


def add(request: HttpRequest, slug: str) -> HttpResponse:
    """A new record in the browser."""
    book = visible_ledger(request, slug)
    if not book.may_write(request.user):
        raise PermissionDenied
    return _form(request, book, None)


def edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """An existing record in the browser; the reason is asked for and kept."""
    book, record = visible_record(request, slug, pk)
    if not saving.may_edit(request.user, book, record):
        raise PermissionDenied
    return _form(request, book, record)


def _form(request: HttpRequest, book: Ledger[Any], record: Any | None) -> HttpResponse:
    organisations = Organisation.objects.visible_to(request.user)
    form = RecordForm(book, record, organisations, request.POST or None)
    if request.method == "POST" and form.is_valid():
        if form.adjusting and not book.may_accept(request.user):
            raise PermissionDenied(_t("这一期的账簿已关账，只能由负责科室更正。"))
        if not form.changed or _save(request, book, form):
            return redirect("record", slug=book.slug, pk=form.made.pk)
    if record is not None:
        for name, remark in review.remarks(book, [record.pk]).get(record.pk, {}).items():
            if name in form.fields:
                form.fields[name].remark = remark  # type: ignore[attr-defined]  # drawn by web/field.html
    title = _t("新增%(ledger)s") if record is None else _t("修改：%(record)s")
    context = {
        "title": title % {"ledger": book, "record": record},
        "form": form,
        "crumbs": [Crumb(str(book), book.url)],
        "back": book.url if record is None else reverse("record", args=[book.slug, record.pk]),
    }
    return render(request, "ledger/record_form.html", context, status=409 if form.clashes else 200)


def _save(request: HttpRequest, book: Ledger[Any], form: RecordForm) -> bool:
    """What a section writes stands as accepted; what a school writes is filed and waits for its section.

    False when somebody else has saved in this very moment: the form then shows the difference.
    """
    record = form.made
    reason = form.cleaned_data["reason"] or _t("网页填报")
    with transaction.atomic(), acting(request.user, reason, adjusting=form.adjusting):  # type: ignore[arg-type]
        if not form.still_newest():
            return False
        for new in form.new:
            new.save()
        if isinstance(record, Record):
            record.state = arrivals(book)(record, book.may_accept(request.user))
        record.save()
    messages.success(request, _t("已保存。"))
    return True


@require_POST
def move(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """File, sign, accept or return a record."""
    book, record = visible_record(request, slug, pk)
    try:
        saving.move(request.user, book, record, request.POST.get("to", ""), request.POST.get("reason", "").strip())
    except (ValidationError, ValueError) as error:
        messages.error(request, " ".join(getattr(error, "messages", [str(error)])))
    return redirect("record", slug=slug, pk=pk)


def import_page(request: HttpRequest, slug: str) -> HttpResponse:
    """A workbook into the ledger: everything or nothing, every problem at its row and heading."""
    book = visible_ledger(request, slug)
    if not book.may_write(request.user):
        raise PermissionDenied
    form = ImportForm(request.POST or None, request.FILES or None)
    came = None
    if request.method == "POST" and form.is_valid():
        file, adjustment = form.cleaned_data["file"], form.cleaned_data["adjustment"]
        came = intake.receive(request.user, file.name or "", file.read(), book=book)  # type: ignore[arg-type]
        adjusting = adjustment if book.may_accept(request.user) else ""
        reading = intake.take(came, intake.Rights(request.user), adjustment=adjusting, reason=adjustment)  # type: ignore[arg-type]
        if reading is not None:
            for line in came.told:
                messages.success(request, line)
            return redirect(_collected(book, reading) or book.url)
    problems = came.faults if came else []
    if not (book.may_accept(request.user) and closed_through()):
        del form.fields["adjustment"]
    context = {
        "ledger": book,
        "title": _t("导入：%(ledger)s") % {"ledger": book},
        "crumbs": [Crumb(str(book), book.url)],
        "form": form,
        "intake": came,
        "problems": problems[: sheets.SHOWN],
        "more": max(len(problems) - sheets.SHOWN, 0),
        "count": len(problems),
    }
    return render(request, "ledger/import.html", context, status=422 if problems else 200)


def _collected(book: Ledger[Any], reading: sheets.Reading) -> Task | None:
    """The task that the drafts of a workbook belong to: there they are checked and filed."""
    draft = next((one for one in reading.written if getattr(one, "state", "") == State.DRAFT), None)
    period = Period.code_for(draft.date, book.period_kind) if draft else ""
    return task_for(book.slug, draft.organisation, period) if draft else None


def template(request: HttpRequest, slug: str) -> HttpResponse:
    """A workbook to fill in: for one school with what the book knows of it, else empty."""
    book = visible_ledger(request, slug)
    school = _school(request, book)
    if school is None:
        return _download(workbooks.template(book, _own(request)), _t("%(ledger)s-模板.xlsx") % {"ledger": book})
    period = Period.of(year_of(request), book.period_kind)
    name = _t("%(ledger)s-%(school)s-%(period)s.xlsx") % {"ledger": book, "school": school, "period": period}
    return _download(workbooks.filled(book, school, period, request.user), name)


def _school(request: HttpRequest, book: Ledger[Any]) -> Organisation | None:
    """Whose workbook is asked for: the only school one files for, or the one that is named."""
    if not issubclass(book.model, Record):
        return None
    own = _own(request).schools()
    if asked := request.GET.get("organisation", ""):
        return own.filter(pk=asked).first() if asked.isdecimal() else None
    own = list(own[:2])
    return own[0] if len(own) == 1 else None


def export(request: HttpRequest, slug: str) -> HttpResponse | StreamingHttpResponse:
    """What the list shows, as a workbook."""
    book = visible_ledger(request, slug)
    selection = Selection(book, request.GET.dict(), request.user)
    if selection.errors:  # the list tells them; an empty workbook would say there is nothing
        return redirect(f"{book.url}?{request.GET.urlencode()}")
    if job := background.export_later(request.user, book, request.GET.dict(), selection):  # type: ignore[arg-type]
        return redirect(job)
    response = StreamingHttpResponse(workbooks.export(book, selection.ordered), content_type=XLSX)
    response["Content-Disposition"] = str(content_disposition_header(True, f"{book}.xlsx"))
    return response


@require_POST
def zero_report(request: HttpRequest, slug: str) -> HttpResponse:
    """Nothing to report for a period, said by those who would have to file."""
    book = visible_ledger(request, slug)
    places = _own(request).schools()
    if not book.may_write(request.user) or places.count() != 1:
        raise PermissionDenied
    school = places.get()
    period = Period.of(year_of(request), book.period_kind)
    with acting(request.user, _t("零报告")):  # type: ignore[arg-type]
        if task := task_for(book.slug, school, period.code):
            try:
                filing.report_nothing(task)
            except ValidationError as refused:
                messages.error(request, refused.messages[0])
                return redirect(task)
        elif not ZeroReport.objects.filter(organisation=school, ledger=book.slug, period=period).exists():
            ZeroReport(organisation=school, ledger=book.slug, period=period).save()
    messages.success(request, _t("已记下：%(period)s无内容可报。") % {"period": period})
    return redirect(book.url)


@require_POST
def add_file(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Evidence for a record."""
    book, record = visible_record(request, slug, pk)
    if not isinstance(record, Record) or not saving.may_edit(request.user, book, record):
        raise PermissionDenied
    form = EvidenceForm(request.POST, request.FILES)
    if not form.is_valid() or (form.cleaned_data["file"].size or 0) > MOST_BYTES:
        messages.error(request, _t("请选择一个不超过 50 MB 的文件。"))
    else:
        file = form.cleaned_data["file"]
        with acting(request.user, _t("添加佐证材料 %(name)s") % {"name": file.name}):  # type: ignore[arg-type]
            add_evidence(record, file.name or "", file)
    return redirect("record", slug=slug, pk=pk)


def file(request: HttpRequest, slug: str, pk: int, evidence: int) -> FileResponse:
    """One evidence file: shown when it can do no harm in a browser, else downloaded."""
    import mimetypes

    _book, record = visible_record(request, slug, pk)
    found = evidence_of(record).filter(pk=evidence).first()
    if found is None:
        raise Http404
    kind = mimetypes.guess_type(found.name)[0] or "application/octet-stream"
    inline = kind in OPENED_INLINE
    response = FileResponse(found.file.open("rb"), content_type=kind if inline else "application/octet-stream")
    response["Content-Disposition"] = str(content_disposition_header(not inline, found.name))
    response["Content-Security-Policy"] = "sandbox"
    return response


def _own(request: HttpRequest) -> Any:
    return Organisation.objects.visible_to(request.user)


def _download(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = str(content_disposition_header(True, name))
    return response
