"""XML parts of office files, read as streams. Runs in the child only.

Element names are matched without their namespace, so that Strict and Transitional
files read alike; defusedxml refuses entities and document types.
"""

import zipfile
from collections.abc import Iterator
from typing import IO
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import iterparse  # type: ignore[import-untyped]

MAX_PART_BYTES = 200 * 1024 * 1024

_DONE_WITH = frozenset({"p", "row", "si", "sp", "tbl"})


def local(element: Element) -> str:
    """Return the name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def open_part(container: zipfile.ZipFile, name: str) -> IO[bytes]:
    """Open a part of bounded size."""
    info = container.getinfo(name)
    if info.file_size > MAX_PART_BYTES:
        msg = f"{name} unpacks to {info.file_size} bytes"
        raise ValueError(msg)
    return container.open(info)


def elements(source: IO[bytes]) -> Iterator[tuple[str, Element]]:
    """Yield ("start" | "end", element), and forget paragraphs and rows once read."""
    above: list[Element] = []
    for event, element in iterparse(source, ("start", "end")):
        if event == "start":
            above.append(element)
        yield event, element
        if event == "end":
            above.pop()
            if local(element) in _DONE_WITH:
                element.clear()
                if above:
                    above[-1].remove(element)
