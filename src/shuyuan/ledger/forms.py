"""Forms: one record in the browser, read by the same columns as a workbook's row."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from shuyuan.core.history import lock_chains
from shuyuan.core.models import Organisation, Period
from shuyuan.core.sensitive import HIDDEN
from shuyuan.ledger import revisions
from shuyuan.ledger.closing import is_closed
from shuyuan.ledger.columns import Column
from shuyuan.ledger.ledger import Ledger
from shuyuan.ledger.lookup import Lookup, Refused
from shuyuan.ledger.record import Record, State
from shuyuan.ledger.revisions import Clash
from shuyuan.ledger.rounds import task_for
from shuyuan.ledger.sheets import MOST_BYTES, faults, identity
from shuyuan.ledger.together import broken_by, sentence


class RecordForm(forms.Form):
    """The fields of a ledger's columns, and the reason that history will keep."""

    reason = forms.CharField(
        label=_("修改原因"), max_length=200, required=False, help_text=_("会记入历史，例如：补录漏报、按文件更正")
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    """Which revision of the record the page showed: what others have saved since is told, not written over."""

    def __init__(
        self,
        ledger: Ledger[Any],
        record: Any | None,
        organisations: models.QuerySet[Organisation],
        data: Any = None,
    ) -> None:
        super().__init__(data)
        self.ledger, self.record, self.organisations = ledger, record, organisations
        self.clashes: list[Clash] = []
        self.theirs: list[Clash] = []
        reason, revision = self.fields.pop("reason"), self.fields.pop("revision")
        for column in ledger.sheet:
            for number, (name, label) in enumerate(zip(column.names, column.headings, strict=True)):
                field = self._field(column) if number == 0 else forms.CharField(required=False)
                field.label = label
                if record is not None:
                    field.initial = self._initial(column, record, number)
                self.fields[name] = field
        self.fields["reason"] = reason
        if record is not None:
            revision.initial = revisions.revisions(type(record), [record.pk])[record.pk]
            self.fields["revision"] = revision
        reason.required = record is not None

    def _field(self, column: Column) -> forms.Field:
        """What a person types into; reading it is the column's own business."""
        options: dict[str, Any] = {"required": column.required, "help_text": column.field.help_text}
        if column.kind == "organisation":
            chosen = [("", "—"), *((str(o.pk), o.name) for o in self.organisations)]
            if len(chosen) == 2:
                options["initial"] = chosen[1][0]
            return forms.ChoiceField(choices=chosen, **options)
        if column.choices:
            kept = [(HIDDEN, _t("（已填，不改）"))] if self.record is not None and column.sensitivity else []
            return forms.ChoiceField(choices=[("", "—"), *kept, *column.choices], **options)
        if column.kind == "date" and not column.sensitivity:
            return forms.CharField(widget=forms.DateInput(attrs={"type": "date"}), **options)
        if column.kind == "number":
            return forms.CharField(widget=forms.TextInput(attrs={"inputmode": "decimal"}), **options)
        long = column.kind == "text" and (column.field.max_length or 999) > 100
        widget = forms.Textarea(attrs={"rows": 3}) if long else forms.TextInput()
        return forms.CharField(widget=widget, **options)

    def _initial(self, column: Column, record: Any, number: int) -> object:
        if column.sensitivity:
            return column.text(record)
        value = getattr(record, column.field.attname)
        if column.kind == "organisation" or (column.choices and column.kind != "boolean"):
            return value
        if column.kind == "boolean":
            return "" if value is None else "1" if value else "0"
        return column.cells(record)[number]

    def clean(self) -> dict[str, Any]:
        lookup = Lookup(self.organisations, correcting=self._person())
        row: dict[str, Any] = {}
        for column in self.ledger.sheet:
            name, *more = column.names
            if name in self.errors:
                continue
            try:
                if column.kind == "organisation":
                    row[name] = self.organisations.filter(pk=self.cleaned_data[name] or 0).first()
                    if row[name] is None and column.required:
                        raise Refused(_t("请选择单位"))
                else:
                    value = column.read([self.cleaned_data.get(part) for part in (name, *more)], lookup, row)
                    row[name] = column.unmasked(value, self.record)
            except Refused as refused:
                self.add_error(name, str(refused))
        if not self.errors:
            self._settle(row, lookup)
        return self.cleaned_data

    def _person(self) -> Any:
        """Whose numbers this form may put right: the person its record introduces."""
        return getattr(self.record, "person", None) if self.ledger.registers and self.record is not None else None

    def _settle(self, row: dict[str, Any], lookup: Lookup) -> None:
        """Put the values on the record and let fields, model and checks have their say."""
        record = self.record if self.record is not None else self.ledger.model()
        self.before = identity(self.ledger, record) if record.pk else None
        if self.record is not None and self._is_stale():
            row = self._merged(row)
        for name, value in row.items():
            setattr(record, name, value)
        for message, name in faults(self.ledger, record):
            self.add_error(name if name in self.fields else None, message)
        if not self.errors and not self._is_draft(record):
            for one in broken_by(self.ledger, [record]):
                self.add_error(one.check.field if one.check.field in self.fields else None, sentence(one))
        self.made = record
        self.adjusting = isinstance(record, Record) and record.is_event and any(map(is_closed, record.days()))
        if self.adjusting and not self.cleaned_data.get("reason"):
            self.add_error("reason", _t("这一期的账簿已关账，请写明更正的理由。"))
        self.new = [*lookup.new_people, *lookup.changed_people.values(), *lookup.new_places]

    def _is_draft(self, record: Any) -> bool:
        """Whether it is still being collected: rows that belong together are judged when they are filed."""
        if not isinstance(record, Record) or record.state != State.DRAFT:
            return False
        period = Period.code_for(record.date, self.ledger.period_kind)
        return task_for(self.ledger.slug, record.organisation, period) is not None

    def _is_stale(self) -> bool:
        seen = self.cleaned_data.get("revision")
        return seen is not None and seen != self.fields["revision"].initial

    def _merged(self, row: dict[str, Any]) -> dict[str, Any]:
        """The values with what somebody else has saved since the page was opened; told before anything is saved.

        The page then shows the newest revision: whoever saves again has seen it.
        """
        assert self.record is not None
        model, key = type(self.record), self.record.pk
        newest = revisions.version_of(model, key, self.fields["revision"].initial)
        seen = revisions.version_of(model, key, self.cleaned_data["revision"])
        mine = self.ledger.model(**row)
        if seen is None or newest is None:
            self.add_error(None, _t("页面已过期；请重新打开后再改。"))
            return row
        merged = revisions.merge(self.ledger, self.record, mine, seen, newest)
        self.clashes = merged.clashes
        self.theirs = revisions.changed_between(self.ledger, seen, self.record, newest)
        if not self.theirs:  # only its state moved: nothing that the page showed
            return row
        shown: dict[str, Any] = {name: self.data.get(name) for name in self.data}
        shown["revision"] = str(newest.revision)
        mixed = dict(row)
        for column in self.ledger.sheet:
            if column not in merged.taken and column not in [clash.column for clash in merged.clashes]:
                mixed[column.name] = getattr(self.record, column.name)
                for number, name in enumerate(column.names):
                    value = self._initial(column, self.record, number)
                    shown[name] = "" if value is None else str(value)
        self.data = shown
        who = newest.written_by.first_name or newest.written_by.username
        told = _t("%(who)s在您打开本页之后修改了这条记录。不同之处列在下面；核对后再保存一次即可。") % {"who": who}
        self.add_error(None, told)
        return mixed

    def still_newest(self) -> bool:
        """Whether nobody has saved since the form was read; with the chain locked, in the transaction that saves."""
        if self.record is None:
            return True
        lock_chains(type(self.record), {self.record.chain_owner()})
        newest = revisions.revisions(type(self.record), [self.record.pk])[self.record.pk]
        if newest == self.fields["revision"].initial:
            return True
        self.add_error(None, _t("刚刚有人修改了这条记录；请再保存一次，页面会列出不同之处。"))
        return False

    @property
    def changed(self) -> bool:
        """Whether saving would change anything at all."""
        return self.before is None or bool(self.new) or self.before != identity(self.ledger, self.made)


class ImportForm(forms.Form):
    """A workbook to read."""

    file = forms.FileField(label=_("工作簿"), help_text=_("用本台账的模板填写，.xlsx，不超过 20 MB"))
    adjustment = forms.CharField(
        label=_("更正理由"), max_length=200, required=False, help_text=_("只在补录或更正已关账期间的记录时填写")
    )

    def clean_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise ValidationError(_t("文件超过 20 MB；请分成几个工作簿"))
        return file


class EvidenceForm(forms.Form):
    """A file that proves a record."""

    file = forms.FileField(label=_("佐证材料"))
