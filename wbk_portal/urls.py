"""Addresses of the portal; each app keeps its own."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path

from wbk_portal import views
from wbk_portal.accounts.views.signin import set_language
from wbk_portal.common.gallery import gallery
from wbk_portal.common.views import set_theme
from wbk_portal.dashboard.views.home import home

urlpatterns = [
    path("", home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("bahasa/", login_not_required(set_language), name="set_language"),
    path("tampilan/", set_theme, name="theme"),
    path("", include("wbk_portal.accounts.urls")),
    path("", include("wbk_portal.ops.urls")),
    path("", include("wbk_portal.dashboard.urls")),
    path("", include("indicators.urls")),
    path("", include("evidence.urls")),
]

if settings.DEBUG or settings.DEMO:
    urlpatterns.append(path("gaya/", gallery, name="gallery"))

handler400 = views.bad_request
handler403 = views.permission_denied
handler404 = views.page_not_found
handler500 = views.server_error
