"""The addresses of every ledger."""

from django.urls import path

from shuyuan.ledger import intake_views, review_views, round_views, task_views, views

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
    path("rounds/", round_views.rounds, name="rounds"),
    path("rounds/new/", round_views.add, name="round-add"),
    path("rounds/<int:pk>/", round_views.board, name="round"),
    path("rounds/<int:pk>/edit/", round_views.edit, name="round-edit"),
    path("rounds/<int:pk>/move/", round_views.move, name="round-move"),
    path("rounds/<int:pk>/remind/", round_views.remind, name="round-remind"),
    path("tasks/<int:pk>/", task_views.task, name="task"),
    path("tasks/<int:pk>/explain/", task_views.explain, name="task-explain"),
    path("tasks/<int:pk>/file/", task_views.file, name="task-file"),
    path("tasks/<int:pk>/nothing/", task_views.nothing, name="task-nothing"),
    path("tasks/<int:pk>/sign/", task_views.sign, name="task-sign"),
    path("tasks/<int:pk>/return/", task_views.send_back, name="task-return"),
    path("tasks/<int:pk>/extend/", task_views.extend, name="task-extend"),
    path("reviews/", review_views.queues, name="reviews"),
    path("reviews/<slug:slug>/", review_views.queue, name="review"),
    path("reviews/<slug:slug>/accept/", review_views.accept, name="review-accept"),
    path("reviews/<slug:slug>/judge/", review_views.judge, name="review-judge"),
    path("reviews/<slug:slug>/<int:pk>/", review_views.record, name="review-record"),
    path("notices/seen/", task_views.notices_seen, name="notices-seen"),
]
