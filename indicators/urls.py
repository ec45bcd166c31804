"""Addresses of periods and of who assesses which unit."""

from django.urls import URLPattern, URLResolver, path

from .views import assignments, periods, schedule

app_name = "indicators"

ONE = "periode/<slug:slug>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("periode/", periods.period_list, name="period-list"),
    path("periode/baru/", periods.period_create, name="period-create"),
    path(ONE, periods.period_page, name="period"),
    path(ONE + "ubah/", periods.period_edit, name="period-edit"),
    path(ONE + "jadwal/", schedule.period_schedule, name="period-schedule"),
    path(ONE + "buka/", periods.period_open, name="period-open"),
    path(ONE + "tutup/", periods.period_close, name="period-close"),
    path(ONE + "tambahan-waktu/", periods.grace_grant, name="grace-grant"),
    path(
        ONE + "tambahan-waktu/<int:pk>/cabut/",
        periods.grace_revoke,
        name="grace-revoke",
    ),
    path(ONE + "penugasan/", assignments.assignment_list, name="assignments"),
    path(
        ONE + "penugasan/<int:pk>/akhiri/",
        assignments.assignment_end,
        name="assignment-end",
    ),
]
