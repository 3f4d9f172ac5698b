"""The addresses of the house itself."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.views.i18n import set_language

from shuyuan.web import sample, token_views, views

urlpatterns = [
    path("", views.home, name="home"),
    path("language/", login_not_required(set_language), name="set_language"),
    path("tokens/", token_views.own, name="tokens"),
    path("tokens/<int:pk>/revoke/", token_views.revoke, name="token-revoke"),
    path("kit/", sample.kit, name="kit"),
    path("kit/list/", sample.kit_list, name="kit-list"),
    path("kit/record/", sample.kit_record, name="kit-record"),
    path("kit/form/", sample.kit_form, name="kit-form"),
]
