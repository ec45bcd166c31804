"""Pages as they are finished, so that a child that dies has not worked in vain.

The child writes one JSON line before and one after each page; the parent reads them
whatever the child's end was. Used on both sides.
"""

import json
from pathlib import Path
from typing import Any

from evidence.pipeline.results import ImageFile, Page

FILE_NAME = ".pages.jsonl"
MAX_BYTES = 64 * 1024 * 1024


class Writer:
    """The child's side, in its working folder."""

    def __init__(self) -> None:
        """Open the list, keeping what an earlier child wrote."""
        self._file = Path(FILE_NAME).open("a", encoding="ascii")  # noqa: SIM115

    def begin(self, number: int) -> None:
        """Say which page is being worked on."""
        self._put({"begin": number})

    def page(self, number: int, **values: Any) -> None:
        """Hand a finished page over; values are the fields of a Page."""
        self._put({"number": number, **values})

    def close(self) -> None:
        """Close the list."""
        self._file.close()

    def _put(self, line: dict[str, Any]) -> None:
        self._file.write(json.dumps(line) + "\n")
        self._file.flush()


def read(folder: Path) -> tuple[dict[int, Page], int]:
    """Return (finished pages by number, the last page that was begun or 0)."""
    pages: dict[int, Page] = {}
    begun = 0
    path = folder / FILE_NAME
    if not path.is_file() or path.is_symlink() or path.stat().st_size > MAX_BYTES:
        return pages, begun
    with path.open(encoding="ascii", errors="replace") as lines:
        for line in lines:
            try:
                values = json.loads(line)
                if "begin" in values:
                    begun = int(values["begin"])
                else:
                    page = _page(values, folder)
                    pages[page.number] = page
            except (ValueError, TypeError, KeyError):
                continue  # cut in the middle by the child's end
    return pages, begun


def _page(values: dict[str, Any], folder: Path) -> Page:
    return Page(
        number=int(values["number"]),
        text=str(values.get("text", "")),
        label=str(values.get("label", "")),
        image=_image(values.get("image"), folder),
        thumb=_image(values.get("thumb"), folder),
    )


def _image(values: dict[str, Any] | None, folder: Path) -> ImageFile | None:
    if not values:
        return None
    image = ImageFile(
        name=str(values["name"]),
        width=int(values["width"]),
        height=int(values["height"]),
        size=int(values["size"]),
    )
    path = folder / image.name
    # The child handled a stranger's bytes: believe only plain files of its folder.
    if "/" in image.name or path.is_symlink() or not path.is_file():
        return None
    return image
