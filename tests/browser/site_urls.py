"""The portal's addresses, and two that fail: for the pages that tell so."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import SuspiciousOperation
from django.urls import path

from wbk_portal.urls import handler400, handler403, handler404, handler500
from wbk_portal.urls import urlpatterns as portal

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


@login_not_required
def broken(request):
    """Fail as a fault of ours does."""
    raise RuntimeError("on purpose")


@login_not_required
def suspicious(request):
    """Fail as a request that cannot be read does."""
    raise SuspiciousOperation("on purpose")


urlpatterns = [*portal, path("uji/500/", broken), path("uji/400/", suspicious)]
