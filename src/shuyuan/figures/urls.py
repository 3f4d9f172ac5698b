"""The addresses of figures."""

from django.urls import path

from shuyuan.figures import views

urlpatterns = [
    path("figures/", views.figure_list, name="figures"),
    path("figures/<str:name>/", views.figure_page, name="figure"),
]
