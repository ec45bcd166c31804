"""What a file is when it is none of the accepted kinds, so that the refusal can say.

Answers are keys of `messages.CONTENTS`, or refusal codes of their own.
"""

import re

# (offset, magic, answer); the first that fits wins.
_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"MZ", "program"),
    (0, b"\x7fELF", "program"),
    (0, b"\xcf\xfa\xed\xfe", "program"),
    (0, b"\xca\xfe\xba\xbe", "program"),
    (0, b"L\0\0\0\x01\x14\x02\0", "program"),
    (0, b"#!", "script"),
    (0, b"Rar!\x1a\x07", "archive"),
    (0, b"7z\xbc\xaf\x27\x1c", "archive"),
    (0, b"\x1f\x8b", "archive"),
    (0, b"BZh", "archive"),
    (0, b"\xfd7zXZ\0", "archive"),
    (0, b"\x28\xb5\x2f\xfd", "archive"),
    (0, b"MSCF", "archive"),
    (257, b"ustar", "archive"),
    (32769, b"CD001", "archive"),
    (0, b"PK\x05\x06", "archive"),
    (0, b"GIF8", "gif"),
    (0, b"II*\0", "tiff"),
    (0, b"MM\0*", "tiff"),
    (0, b"II+\0", "tiff"),
    (0, b"8BPS", "psd"),
    (0, b"\0\0\x01\0", "ico"),
    (0, b"\x00\x00\x00\x0cjP  ", "jp2"),
    (0, b"\xff\x4f\xff\x51", "jp2"),
    (0, b"\xff\x0a", "jxl"),
    (0, b"\x00\x00\x00\x0cJXL ", "jxl"),
    (0, b"{\\rtf", "rtf"),
    (0, b"%!PS", "postscript"),
    (0, b"\x1aE\xdf\xa3", "video"),
    (0, b"\0\0\x01\xba", "video"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video"),
    (4, b"moov", "video"),
    (4, b"mdat", "video"),
    (0, b"ID3", "audio"),
    (0, b"OggS", "audio"),
    (0, b"fLaC", "audio"),
    (0, b"#!AMR", "audio"),
    (0, b"SQLite format 3", "database"),
)
_AUDIO_FRAME = re.compile(rb"^\xff[\xe2-\xe7\xf2-\xf7\xfa-\xfb]")
_AUDIO_BRANDS = (b"M4A ", b"M4B ")

_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body|script|iframe|table|div|style|meta|title)\b",
    re.IGNORECASE,
)
_SVG = re.compile(r"<(?:\w+:)?svg\b|<!doctype\s+svg", re.IGNORECASE)
_SCRIPT = re.compile(
    r"^\s*(?:@echo\b|<\?php|<%|\bset-executionpolicy\b|powershell\b|"
    r"\bOn Error Resume Next\b|\bwscript\.|\bvar\s+\w+\s*=|\bfunction\s+\w*\s*\()",
    re.IGNORECASE,
)
_EMAIL = re.compile(
    r"^(?:received|return-path|delivered-to|message-id|from|to|subject|date|"
    r"mime-version|x-[\w-]+):\s",
    re.IGNORECASE,
)

DANGEROUS = frozenset({"program", "script", "archive", "html", "svg"})
"""Content that, in front of an accepted header, makes the whole file a disguise."""


def identify(head: bytes) -> str:
    """Return what the first bytes of a file look like, "unknown" if nothing known.

    Args:
        head: At least the first 4 KiB (33 KiB to know a disc image).
    """
    for offset, magic, answer in _MAGIC:
        if head.startswith(magic, offset):
            return answer
    if head.startswith(b"BM") and head[6:10] == b"\0\0\0\0":
        return "bmp"
    if head[:4] == b"RIFF":
        return "audio" if head[8:12] == b"WAVE" else "video"
    if head[4:8] == b"ftyp":
        return "audio" if head[8:12] in _AUDIO_BRANDS else "video"
    if _AUDIO_FRAME.match(head):
        return "audio"
    return _identify_text(head)


def _identify_text(head: bytes) -> str:
    text = _decode(head)
    if text is None:
        return "unknown"
    start = text.lstrip("\ufeff \t\r\n\f")
    if start.startswith("<"):
        if _SVG.search(start):
            return "svg"
        if _HTML.search(start):
            return "html"
    if _SCRIPT.match(start):
        return "script"
    if start.startswith("<"):
        return "xml"
    if _EMAIL.match(start):
        # A page saved by a browser as one file is written like an e-mail.
        return "html" if "multipart/related" in start else "email"
    return "text"


def _decode(head: bytes) -> str | None:
    """Return the head as text, None for binary."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", errors="ignore")
    sample = head[:4096]
    if b"\0" in sample:
        return None
    text = sample.decode("utf-8", errors="replace")
    odd = sum(char < " " and char not in "\t\r\n\f" for char in text)
    return text if (odd + text.count("\ufffd")) * 20 <= len(text) else None
