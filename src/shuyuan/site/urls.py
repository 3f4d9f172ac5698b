"""Every address of the site."""

from django.urls import URLPattern, URLResolver, include, path

from shuyuan.site.api import addresses

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("shuyuan.web.urls")),
    path("", include("shuyuan.site.accounts.urls")),
    path("", include("shuyuan.jobs.urls")),
    path("", include("shuyuan.ledger.urls")),
    path("", include("shuyuan.figures.urls")),
    path("", include("shuyuan.collections.urls")),
    path("", include("shuyuan.report.urls")),
    path("api/", addresses),
]
