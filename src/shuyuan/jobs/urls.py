"""The addresses of background work."""

from django.urls import path

from shuyuan.jobs import views

urlpatterns = [
    path("jobs/", views.jobs, name="jobs"),
    path("jobs/<int:pk>/", views.job, name="job"),
    path("jobs/<int:pk>/cancel/", views.cancel, name="job-cancel"),
    path("jobs/<int:pk>/again/", views.again, name="job-again"),
    path("jobs/<int:pk>/file/", views.file, name="job-file"),
]
