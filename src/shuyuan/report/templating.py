"""Templating: a whole Word template that the office gives for a report, and its way back to ours."""

from __future__ import annotations

import hashlib
from pathlib import PurePath

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _t

from shuyuan.core.history import current_act
from shuyuan.report import rights, template
from shuyuan.report.drafting import Refused
from shuyuan.report.models import Report, Template
from shuyuan.report.outlines import declared

MOST_BYTES = 20 * 2**20


def give(report: Report, name: str, data: bytes) -> Template:
    """Keep a template, from now on the report's. Raises PackageError, or TemplateError with every mistake in it."""
    template.read(data).check(declared(report.year))
    with transaction.atomic():
        now = _for_office(report)
        digest = hashlib.sha256(data).hexdigest()
        given = Template(report=now, name=PurePath(name.replace("\\", "/")).name[-150:], sha256=digest)
        storage, place = given.file.storage, given.place()
        given.file.name = place if storage.exists(place) else storage.save(place, ContentFile(data))
        given.save()
        return given


def withdraw(report: Report) -> None:
    """Go back to the template made from the report's parts."""
    with transaction.atomic():
        now = _for_office(report)
        given = now.template()
        if given is None:
            raise Refused(_t("现在用的就是由各段生成的模板。"))
        given.withdrawn = True
        given.save()


def _for_office(report: Report) -> Report:
    now = Report.objects.select_for_update().get(pk=report.pk)
    if not rights.runs(current_act().actor, now.organisation):
        raise PermissionDenied
    if now.state != Report.State.DRAFTING:
        raise Refused(_t("报告已定稿，不再改动。"))
    return now
