"""The addresses of every ledger."""

from django.urls import path

from shuyuan.ledger import views

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
]
