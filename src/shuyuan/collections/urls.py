"""The addresses of collections."""

from django.urls import path

from shuyuan.collections import views

urlpatterns = [
    path("collections/", views.index, name="collections"),
    path("collections/new/", views.new, name="collection-new"),
    path("collections/upload/", views.upload, name="collection-upload"),
    path("collections/of/<slug:slug>/", views.page, name="collection"),
    path("collections/of/<slug:slug>/edit/", views.edit, name="collection-edit"),
    path("collections/of/<slug:slug>/export.xlsx", views.export, name="collection-export"),
    path("collections/of/<slug:slug>/elsewhere/", views.held_elsewhere, name="collection-elsewhere"),
    path("collections/of/<slug:slug>/again/", views.again, name="collection-again"),
    path("collections/of/<slug:slug>/archive/", views.archive, name="collection-archive"),
]
