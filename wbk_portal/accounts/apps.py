"""People, units, memberships and working days."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The accounts app: who may be here, and on behalf of which unit."""

    name = "wbk_portal.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Hang names, texts and navigation into the frame."""
        from .registrations import register_all

        register_all()
