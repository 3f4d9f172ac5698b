"""The addresses of every ledger."""

from django.urls import path

from shuyuan.ledger import intake_views, views

urlpatterns = [
    path("ledgers/<slug:slug>/", views.record_list, name="ledger"),
    path("ledgers/<slug:slug>/add/", views.add, name="record-add"),
    path("ledgers/<slug:slug>/import/", views.import_page, name="ledger-import"),
    path("ledgers/<slug:slug>/template.xlsx", views.template, name="ledger-template"),
    path("ledgers/<slug:slug>/export.xlsx", views.export, name="ledger-export"),
    path("ledgers/<slug:slug>/nothing/", views.zero_report, name="ledger-nothing"),
    path("ledgers/<slug:slug>/<int:pk>/", views.record_page, name="record"),
    path("ledgers/<slug:slug>/<int:pk>/edit/", views.edit, name="record-edit"),
    path("ledgers/<slug:slug>/<int:pk>/move/", views.move, name="record-move"),
    path("ledgers/<slug:slug>/<int:pk>/files/", views.add_file, name="record-files"),
    path("ledgers/<slug:slug>/<int:pk>/files/<int:evidence>/", views.file, name="record-file"),
    path("intake/", intake_views.drop, name="intake"),
    path("intake/batch/<slug:batch>/", intake_views.batch_page, name="intake-batch"),
    path("intake/batch/<slug:batch>/next/", intake_views.take_next, name="intake-next"),
    path("intake/<int:pk>/", intake_views.page, name="intake-page"),
    path("intake/<int:pk>/marked.xlsx", intake_views.marked_copy, name="intake-marked"),
    path("intake/<int:pk>/headings/", intake_views.map_headings, name="intake-headings"),
]
