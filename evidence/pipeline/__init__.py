"""Page images and text of stored files, made by limited children.

Plain functions without models: jobs call `make_preview` and `render_pages` with a path
and a folder, and store what they find in it. Nothing here is imported by the web
process except names and sentences; the libraries are loaded in the children only.
"""

from evidence.pipeline.preview import EAGER_PAGES, make_preview, render_pages
from evidence.pipeline.results import (
    PARTIAL,
    READY,
    REJECTED,
    UNAVAILABLE,
    ImageFile,
    Page,
    Preview,
)

__all__ = [
    "EAGER_PAGES",
    "PARTIAL",
    "READY",
    "REJECTED",
    "UNAVAILABLE",
    "ImageFile",
    "Page",
    "Preview",
    "make_preview",
    "render_pages",
]
