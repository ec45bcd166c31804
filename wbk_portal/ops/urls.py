"""Addresses of the inbox."""

from django.urls import path

from . import views

app_name = "ops"

urlpatterns = [
    path("kotak-masuk/", views.inbox, name="inbox"),
    path("kotak-masuk/dibaca/", views.mark_read, name="mark-read"),
    path("kotak-masuk/<int:pk>/buka/", views.open_notice, name="open"),
]
