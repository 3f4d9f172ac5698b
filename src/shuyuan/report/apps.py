"""The room's place in the house: the report in the menu, and the outlines' citations among the figures."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportConfig(AppConfig):
    name = "shuyuan.report"
    label = "report"
    verbose_name = _("工作报告")

    def ready(self) -> None:
        from shuyuan.figures import compare, registry
        from shuyuan.report.checks import watch
        from shuyuan.report.final import stands_behind
        from shuyuan.report.outlines import citations, using
        from shuyuan.report.progress import to_draft
        from shuyuan.report.published import drafts_using, published
        from shuyuan.report.views import reads
        from shuyuan.web import menu, slots

        registry.sources.append(citations)
        registry.users += [using, drafts_using]
        compare.published.append(published)
        watch()
        slots.home_cards.append(to_draft)
        slots.record_panels.append(stands_behind)
        menu.add(menu.Entry(title=_("工作报告"), target="reports", icon="report-analytics", order=120, visible=reads))
        menu.add(menu.Entry(title=_("校对"), target="proofs", icon="eye", order=125))
