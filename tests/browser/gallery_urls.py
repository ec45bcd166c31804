"""The portal's addresses with the gallery, as with DEMO=1."""

from django.urls import path

from wbk_portal.common.gallery import gallery
from wbk_portal.urls import (
    handler400,
    handler403,
    handler404,
    handler500,
)
from wbk_portal.urls import (
    urlpatterns as portal,
)

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [*portal, path("gaya/", gallery, name="gallery")]
