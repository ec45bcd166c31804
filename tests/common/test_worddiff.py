"""What changed between two texts, word by word."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wbk_portal.common.worddiff import Piece, word_diff


def changed(pieces):
    return [piece.text for piece in pieces if piece.changed]


@pytest.mark.parametrize(
    ("old", "new", "gone", "come"),
    [
        ("SK belum ditandatangani.", "SK sudah ditandatangani.", ["belum"], ["sudah"]),
        ("Ada daftar hadir.", "Ada daftar hadir dan notula.", [], [" dan notula"]),
        ("sama", "sama", [], []),
        ("", "baru", [], ["baru"]),
        ("lama", "", ["lama"], []),
        ("satu dua tiga", "empat lima enam", ["satu dua tiga"], ["empat lima enam"]),
    ],
)
def test_says_which_words_went_and_came(old, new, gone, come):
    before, after = word_diff(old, new)
    assert (changed(before), changed(after)) == (gone, come)


@given(st.text("ab .\n", max_size=60), st.text("ab .\n", max_size=60))
def test_loses_no_letter(old, new):
    before, after = word_diff(old, new)
    assert "".join(piece.text for piece in before) == old
    assert "".join(piece.text for piece in after) == new
    same = [piece.text for piece in before if not piece.changed]
    if old == new:
        assert "".join(same) == old


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a " * 5000, "b " + "a " * 4999),
        ("a b " * 2500, "b c " * 2500),
        ("a. " * 3300, "b. " * 3300),
    ],
)
def test_long_texts_are_compared_quickly(old, new):
    began = time.perf_counter()
    before, after = word_diff(old, new)
    assert time.perf_counter() - began < 2
    assert "".join(piece.text for piece in before) == old
    assert after


def test_two_wholly_different_long_texts_are_one_change_each():
    old, new = "a. b " * 2000, "c. d " * 2000
    assert word_diff(old, new) == ([Piece(old, True)], [Piece(new, True)])
