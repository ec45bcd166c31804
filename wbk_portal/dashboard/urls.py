"""Addresses of the readiness pages."""

from django.urls import URLPattern, URLResolver, path

# The app's addresses use the parts "period" and "code".
from evidence import converters  # noqa: F401

from .views import export, items, overview, trail

app_name = "dashboard"

urlpatterns: list[URLPattern | URLResolver] = [
    path("<period:period>/kesiapan/", overview.overview, name="overview"),
    path("<period:period>/kesiapan/<code:code>/", overview.branch, name="branch"),
    path("<period:period>/kesiapan-butir/", items.items, name="items"),
    path("<period:period>/kesiapan-unduh/", export.export, name="export"),
    path("jejak-audit/", trail.trail, name="trail"),
    path("jejak-audit/unduh/", trail.export, name="trail-export"),
]
