"""The site's addresses and the admin's."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, path

from shuyuan.site.urls import urlpatterns as site_addresses

urlpatterns: list[URLPattern | URLResolver] = [path("admin/", admin.site.urls), *site_addresses]
