"""Whatever bytes arrive, the gate answers: accepted or refused, never a fault."""

import io
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import files
from wbk_portal.common.filegate import KINDS, Accepted, Refused, inspect
from wbk_portal.common.filegate.messages import SENTENCES

_SEEDS = [
    *(sample.build for sample in files.SAMPLES.values()),
    *(sample.build for sample in files.ODD_SAMPLES.values()),
    files.pdf_locked,
    files.ole,
    files.odf,
    files.overlapping_zip,
    files.nested_zip,
]
_MAGICS = [
    b"",
    b"%PDF-1.7\n",
    b"PK\x03\x04",
    b"\xff\xd8\xff\xe0",
    b"\x89PNG\r\n\x1a\n",
    b"RIFF\x10\0\0\0WEBPVP8X",
    b"\0\0\0\x18ftypheic",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"<",
    b"{\\rtf",
]
_QUICK = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def answer(data: bytes, name: str) -> Accepted | Refused:
    """Return the gate's answer; anything else that is raised fails the test."""
    try:
        return inspect(io.BytesIO(data), name=name, size=len(data), max_bytes=1 << 22)
    except Refused as refused:
        return refused


def assert_sound(result: Accepted | Refused) -> None:
    """Check that an answer can be shown and stored."""
    if isinstance(result, Refused):
        assert result.code in SENTENCES
        assert result.message
    else:
        assert result.kind in KINDS
        assert result.clean_name.lower().endswith(f".{result.extension}")
        assert result.extension in KINDS[result.kind].aliases


@_QUICK
@given(st.sampled_from(_MAGICS), st.binary(max_size=3000), st.text(max_size=30))
def test_random_bytes(magic, body, name):
    """Noise behind any known beginning."""
    assert_sound(answer(magic + body, name))


@_QUICK
@given(st.sampled_from(_SEEDS), st.data())
def test_mutations(build, data):
    """Sound files with bytes changed, cut out, doubled or cut off."""
    content = bytearray(build())
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, max(len(content) - 1, 0)))
        # Headers and directories stand at the ends; most hits belong there.
        if data.draw(st.booleans()):
            at = min(at, data.draw(st.integers(0, 80)))
        elif data.draw(st.booleans()):
            at = max(0, len(content) - 1 - data.draw(st.integers(0, 300)))
        match data.draw(st.sampled_from(["set", "cut", "double", "end", "fill"])):
            case "set":
                content[at : at + 1] = bytes([data.draw(st.integers(0, 255))])
            case "cut":
                del content[at : at + data.draw(st.integers(1, 64))]
            case "double":
                content[at:at] = content[at : at + data.draw(st.integers(1, 64))]
            case "end":
                del content[at:]
            case "fill":
                content[at : at + 4] = b"\xff\xff\xff\xff"
    assert_sound(answer(bytes(content), "berkas.docx"))


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xd8\xff" + b"\0" * (4 << 20),
        b"\xff\xd8\xff" + b"\xff" * (4 << 20),
        b"\xff\xd8" + b"\xff\xe1\0\x02" * (1 << 20),
        b"%PDF-1.4 " + b"1 " * (2 << 20),
        b"%PDF-1.4 1 0 obj" + b"startxref " * 400_000,
        b"%PDF-1.4 1 0 obj" + b"/Encrypt " * 400_000,
        b"\0\0\0\x18ftypheic" + b"\0\0\0\x08free" * 500_000,
        b"PK\x03\x04" + b"PK\x05\x06" * 900_000,
        b"<" * (4 << 20),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\1\0\0\0" * (1 << 20),
    ],
    ids=range(10),
)
def test_hostile_lengths_take_no_time(data):
    """No repeated pattern makes the gate slow: 4 MiB within one second."""
    start = time.process_time()
    assert_sound(answer(data[: 1 << 22], "a.pdf"))
    assert time.process_time() - start < 1
