"""Addresses of sign-in and the own account, of people, units and free days.

Of allauth's addresses only those that the portal offers stand here: there is no
sign-up, no e-mail address to confirm, no password reset by mail.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from django.urls import URLPattern, URLResolver, include, path

from .views import (
    account as own,
)
from .views import (
    holidays,
    links,
    people,
    person_changes,
    signin,
    unit_changes,
    units,
)

signin_patterns: list[URLPattern | URLResolver] = [
    path("masuk/", signin.sign_in, name="account_login"),
    path("masuk/kode/", mfa.authenticate, name="mfa_authenticate"),
    path("masuk/tidak-aktif/", account.account_inactive, name="account_inactive"),
    path("keluar/", account.logout, name="account_logout"),
    path("akun/kata-sandi/", account.password_change, name="account_change_password"),
    path("akun/kata-sandi/buat/", account.password_set, name="account_set_password"),
    path("akun/pastikan/", account.reauthenticate, name="account_reauthenticate"),
    path("akun/pastikan/kode/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("akun/dua-langkah/", mfa.index, name="mfa_index"),
    path("akun/dua-langkah/aktifkan/", totp.activate_totp, name="mfa_activate_totp"),
    path("akun/dua-langkah/matikan/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path(
        "akun/dua-langkah/kode/",
        codes.view_recovery_codes,
        name="mfa_view_recovery_codes",
    ),
    path(
        "akun/dua-langkah/kode/baru/",
        codes.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "akun/dua-langkah/kode/unduh/",
        codes.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
]

portal_patterns: list[URLPattern | URLResolver] = [
    path("akun/", own.account, name="account"),
    path("akun/keluar-semua/", own.end_sessions, name="end-sessions"),
    path("mulai/", links.start_page, name="start-page"),
    path("mulai/<str:token>/", links.start, name="start"),
    # Units
    path("unit-kerja/", units.unit_list, name="unit-list"),
    path("unit-kerja/baru/", unit_changes.unit_create, name="unit-create"),
    path("unit-kerja/<str:code>/", units.unit, name="unit"),
    path("unit-kerja/<str:code>/ubah/", unit_changes.unit_edit, name="unit-edit"),
    path("unit-kerja/<str:code>/pindah/", unit_changes.unit_move, name="unit-move"),
    path("unit-kerja/<str:code>/tutup/", unit_changes.unit_close, name="unit-close"),
    path(
        "unit-kerja/<str:code>/buka-lagi/",
        unit_changes.unit_reopen,
        name="unit-reopen",
    ),
    path("unit-kerja/<str:code>/orang/", people.pick_person, name="pick-person"),
    path(
        "unit-kerja/<str:code>/layanan/baru/",
        unit_changes.service_edit,
        name="service-create",
    ),
    path(
        "unit-kerja/<str:code>/layanan/<int:pk>/",
        unit_changes.service_edit,
        name="service-edit",
    ),
    # People
    path("orang/", people.people, name="people"),
    path("orang/baru/", person_changes.person_create, name="person-create"),
    path("orang/<str:username>/", people.person, name="person"),
    path("orang/<str:username>/ubah/", person_changes.person_edit, name="person-edit"),
    path(
        "orang/<str:username>/tautan/", person_changes.person_link, name="person-link"
    ),
    path(
        "orang/<str:username>/nonaktifkan/",
        person_changes.person_deactivate,
        name="person-deactivate",
    ),
    path(
        "orang/<str:username>/aktifkan/",
        person_changes.person_reactivate,
        name="person-reactivate",
    ),
    path(
        "orang/<str:username>/peran/",
        person_changes.membership_grant,
        name="membership-grant",
    ),
    path(
        "peran/<int:pk>/akhiri/", person_changes.membership_end, name="membership-end"
    ),
    # Free days
    path("hari-libur/", holidays.holidays, name="holidays"),
    path("hari-libur/<int:year>/", holidays.holidays, name="holidays-of"),
    path("hari-libur/<int:year>/baru/", holidays.holiday_edit, name="holiday-create"),
    path("hari-libur/<int:year>/<int:pk>/", holidays.holiday_edit, name="holiday-edit"),
    path(
        "hari-libur/<int:year>/<int:pk>/hapus/",
        holidays.holiday_delete,
        name="holiday-delete",
    ),
    path("hari-libur/<int:year>/isi/", holidays.holiday_seed, name="holiday-seed"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(signin_patterns)),
    path("", include((portal_patterns, "accounts"))),
]
