"""The request behind the door: its person is never anonymous."""

from django.http import HttpRequest

from .models import User


class AuthenticatedRequest(HttpRequest):
    """A request that LoginRequiredMiddleware let through; only for annotations."""

    user: User
