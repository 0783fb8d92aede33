"""Values of a document cannot be wrong: each mistake is a sentence when it is made."""

from __future__ import annotations

import math

import pytest

from minima_core.document import Document, DocumentError, Entry, Exploration, Place, Segment, Start, View

WELLS = Place("two-wells", None, (-3.0, -2.4), (3.0, 2.4))


def entry(id: int = 0, text: str = "adam,lr=0.05", *, slot: int = 0, enabled: bool = True) -> Entry:
    return Entry(id, (Segment(0, text),), enabled, slot)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Place(None, None, (0.0,), (1.0,)), "either the name"),
        (lambda: Place("a", "x", (0.0,), (1.0,)), "not both"),
        (lambda: Place("a", None, (0.0,), (1.0, 2.0)), "as many lower as upper"),
        (lambda: Place("a", None, (1.0,), (1.0,)), "no area"),
        (lambda: Place("a", None, (math.nan,), (1.0,)), "finite number"),
        (lambda: Place("a", None, (0.0,), (1e300,)), "at most 1e\\+12"),
        (lambda: Place("a", None, (0.0,), (1e-300,)), "too narrow"),
        (lambda: Place(None, "x" * 5000, (0.0,), (1.0,)), "5000 characters"),
        (lambda: Place(None, "x\0", (0.0,), (1.0,)), "cannot be shown"),
        (lambda: Segment(-1, "adam"), "between 0 and"),
        (lambda: Segment(0, " "), "needs a method"),
        (lambda: Entry(0, ()), "segment at step 0"),
        (lambda: Entry(0, (Segment(0, "adam"), Segment(5, "sgd"), Segment(5, "adam"))), "rising"),
        (lambda: Exploration(WELLS, starts=(Start((9.0, 0.0)),)), "outside the region"),
        (lambda: Exploration(WELLS, starts=(Start((0.0,)),)), "2 variables"),
        (lambda: Exploration(WELLS, (entry(0), entry(0))), "same number"),
        (lambda: Exploration(WELLS, steps=0), "number of steps"),
        (lambda: Exploration(WELLS, seed=-1), "seed"),
        (lambda: View(zoom=(0.0, 0.0, 0.0, 1.0)), "no area"),
        (lambda: View(speed=math.inf), "finite"),
        (lambda: View(type_size=400.0), "type size"),
        (lambda: Document(99, Exploration(WELLS), View()), "newer version"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(make, words):
    with pytest.raises(DocumentError, match=words) as raised:
        make()
    assert str(raised.value).endswith(".")


def test_runs_are_enabled_entries_times_starts():
    starts = (Start((0.0, 0.0)), Start((1.0, 1.0)))
    exploration = Exploration(WELLS, (entry(3), entry(7, enabled=False), entry(9)), starts)
    assert exploration.runs == ((3, 0), (3, 1), (9, 0), (9, 1))
    assert exploration.entry(7).role == "run:adam:0"
    with pytest.raises(DocumentError, match="no line 4"):
        exploration.entry(4)


def test_values_are_hashable_and_equal_by_content():
    again = Place("two-wells", None, (-3.0, -2.4), (3.0, 2.4), {"a": 1.0})
    assert again == Place("two-wells", None, (-3.0, -2.4), (3.0, 2.4), {"a": 1.0})
    assert hash(again) == hash(Place("two-wells", None, (-3.0, -2.4), (3.0, 2.4), {"a": 1.0}))
    assert again != WELLS
    assert len({Exploration(WELLS), Exploration(WELLS), Exploration(WELLS, steps=7)}) == 2
