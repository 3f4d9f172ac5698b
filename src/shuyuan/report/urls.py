"""The addresses of reports."""

from django.urls import path

from shuyuan.report import checking, desk, final, part_views, views, writing
from shuyuan.report.proofing import draft_views
from shuyuan.report.proofing import views as proofing

urlpatterns = [
    path("reports/", views.report_list, name="reports"),
    path("reports/<int:year>/", views.report_page, name="report"),
    path("reports/<int:year>/beside/<int:other>/", views.beside, name="report-beside"),
    path("reports/<int:year>/report.docx", views.docx, name="report-docx"),
    path("reports/<int:year>/report.pdf", views.pdf, name="report-pdf"),
    path("reports/<int:year>/template.docx", views.template, name="report-template"),
    path("reports/<int:year>/writing/", writing.writing_page, name="report-writing"),
    path("reports/<int:year>/writing/annotated.docx", writing.annotated, name="report-writing-annotated"),
    path("reports/<int:year>/writing/filled.docx", writing.filled, name="report-writing-filled"),
    path("reports/<int:year>/writing/<slug:kind>-template.docx", writing.ours, name="report-writing-ours"),
    path("reports/open/", desk.open_report, name="report-open"),
    path("reports/draft/<int:pk>/", desk.desk, name="report-desk"),
    path("reports/draft/<int:pk>/read/", views.read_page, name="report-read"),
    path("reports/draft/<int:pk>/report.docx", views.read_docx, name="report-read-docx"),
    path("reports/draft/<int:pk>/report.pdf", views.read_pdf, name="report-read-pdf"),
    path("reports/draft/<int:pk>/template.docx", views.read_template, name="report-read-template"),
    path("reports/draft/<int:pk>/assign/", desk.assign, name="report-assign"),
    path("reports/draft/<int:pk>/add/", desk.add, name="report-add"),
    path("reports/draft/<int:pk>/title/", desk.entitle, name="report-title"),
    path("reports/draft/<int:pk>/chapter/", desk.chapter, name="report-chapter"),
    path("reports/draft/<int:pk>/template/", desk.template, name="report-give-template"),
    path("reports/draft/<int:pk>/readings/", desk.reading_page, name="report-readings"),
    path("reports/draft/<int:pk>/final/", final.final_page, name="report-final"),
    path("reports/draft/<int:pk>/freeze/", final.freeze, name="report-freeze"),
    path("reports/frozen/<int:pk>/report.docx", final.frozen_docx, name="frozen-docx"),
    path("reports/frozen/<int:pk>/report.pdf", final.frozen_pdf, name="frozen-pdf"),
    path("reports/frozen/<int:pk>/set.zip", final.sealed_set, name="frozen-set"),
    path("reports/part/<int:pk>/", part_views.part_page, name="report-part"),
    path("reports/part/<int:pk>/arrange/", desk.arrange, name="report-arrange"),
    path("reports/part/<int:pk>/move/", part_views.move, name="report-move"),
    path("reports/part/<int:pk>/remark/", part_views.remark, name="report-remark"),
    path("reports/part/<int:pk>/preview/", part_views.preview_piece, name="report-preview"),
    path("reports/part/<int:pk>/figures/", part_views.figure_piece, name="report-figures"),
    path("reports/part/<int:pk>/part.docx", part_views.word, name="report-word"),
    path("reports/part/<int:pk>/versions/", part_views.compare_page, name="report-versions"),
    path("reports/<int:year>/check/", checking.check_page, name="report-check"),
    path("reports/<int:year>/check/refreshed.docx", checking.refresh_file, name="report-refresh"),
    path("reports/draft/<int:pk>/proof/", draft_views.draft_page, name="report-proof"),
    path("reports/draft/<int:pk>/proof/dismiss/", draft_views.dismiss, name="report-proof-dismiss"),
    path("proofread/", proofing.proof_list, name="proofs"),
    path("proofread/<int:pk>/", proofing.proof_page, name="proof"),
    path("proofread/<int:pk>/judge/", proofing.judge, name="proof-judge"),
    path("proofread/<int:pk>/corrected.docx", proofing.corrected, name="proof-corrected"),
    path("proofread/<int:pk>/remove/", proofing.remove, name="proof-remove"),
]
