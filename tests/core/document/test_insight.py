"""What is looked at in a landscape: checked, quiet by default, and read from documents that know none."""

from __future__ import annotations

import json

import pytest

from minima_core.document import (
    Document,
    DocumentError,
    Insight,
    SettingsChoice,
    View,
    opening,
)


def test_nothing_is_shown_unless_somebody_asks():
    assert View().insight == Insight()
    assert Insight().quiet
    shown = (
        Insight(overlay="basins"),
        Insight(flow=True),
        Insight(critical=True),
        Insight(lens=(0.0, 1.0)),
        Insight(flood=2.0),
        Insight(marbles="descent"),
    )
    assert not any(each.quiet for each in shown)


def test_a_document_that_knows_no_insight_is_read():
    data = json.loads(opening().to_json())
    for name in ("insight", "bottom", "right"):
        del data["view"][name]
    assert Document.from_json(json.dumps(data)) == opening()


def test_an_insight_comes_back_from_a_file():
    insight = Insight(
        overlay="chances",
        entry=3,
        beside=1,
        difference=True,
        lens=(0.25, -1.0),
        lens_radius=0.5,
        flood=-0.2,
        marbles="annealing",
        marble_count=500,
        temperature=0.3,
        settings=SettingsChoice(2, "lr", "beta1", (1e-4, 1.0), None),
    )
    opened = opening()
    document = Document(
        opened.version, opened.exploration, View(insight=insight, bottom="tree", right="explore")
    )
    assert Document.from_json(document.to_json()).view == document.view


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"lens": (1.0, 2.0, 3.0)}, "not at 3"),
        ({"lens": (float("nan"), 0.0)}, "finite"),
        ({"lens_radius": 0.0}, "above 0"),
        ({"flood": float("inf")}, "finite"),
        ({"marble_count": 0}, "between 1 and 1 000 000"),
        ({"temperature": -1.0}, "above 0"),
        ({"entry": -1}, "line whose basins"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(fields, said):
    with pytest.raises(DocumentError, match=said):
        Insight(**fields)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"across": "lr", "up": "lr"}, "two different"),
        ({"across": " "}, "needs a setting across"),
        ({"across_range": (1.0, 0.1)}, "from 1 to 0.1"),
        ({"up_range": (0.0, float("inf"))}, "finite"),
    ],
)
def test_a_map_of_settings_has_two_settings_and_rising_ranges(fields, said):
    with pytest.raises(DocumentError, match=said):
        SettingsChoice(**fields)
