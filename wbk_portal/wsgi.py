"""WSGI entry point of the portal."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wbk_portal.settings")

application = get_wsgi_application()
# All pages are loaded now, once for all workers: a fault shows at the start, and the
# first visitor does not wait.
get_resolver().url_patterns  # noqa: B018
