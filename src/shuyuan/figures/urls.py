"""The addresses of figures."""

from django.urls import path

from shuyuan.figures import saved_views, views

urlpatterns = [
    path("figures/", views.figure_list, name="figures"),
    path("figures/charts/", views.charts, name="figure-charts"),
    path("figures/saved/", saved_views.saved_list, name="figures-saved"),
    path("figures/saved/compose/", saved_views.compose, name="figure-compose"),
    path("figures/saved/preview/", saved_views.preview, name="figure-preview"),
    path("figures/saved/search/", saved_views.search, name="figure-search"),
    path("figures/saved/export/", saved_views.export, name="figures-export"),
    path("figures/saved/import/", saved_views.import_page, name="figures-import"),
    path("figures/save/<slug:slug>/", saved_views.save_foot, name="figure-save"),
    path("figures/<str:name>/", views.figure_page, name="figure"),
    path("figures/<str:name>/edit/", saved_views.edit, name="figure-edit"),
    path("figures/<str:name>/remove/", saved_views.remove, name="figure-remove"),
    path("figures/<str:name>/remark/", views.add_remark, name="figure-remark"),
]
