"""The addresses of reports."""

from django.urls import path

from shuyuan.report import checking, views

urlpatterns = [
    path("reports/", views.report_list, name="reports"),
    path("reports/<int:year>/", views.report_page, name="report"),
    path("reports/<int:year>/report.docx", views.docx, name="report-docx"),
    path("reports/<int:year>/report.pdf", views.pdf, name="report-pdf"),
    path("reports/<int:year>/template.docx", views.template, name="report-template"),
    path("reports/<int:year>/check/", checking.check_page, name="report-check"),
    path("reports/<int:year>/check/refreshed.docx", checking.refresh_file, name="report-refresh"),
]
