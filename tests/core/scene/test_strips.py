"""Filmstrips and grids: which panels there are, what each shows, and what cannot be."""

from __future__ import annotations

import msgspec
import pytest

from minima_core.document import Document, Entry, opening, segment_at
from minima_core.methods import Specification
from minima_core.scene.marks import Label, Path
from minima_core.scene.scenes import ProfileScene, RaceScene, TraceScene
from minima_core.scene.strips import (
    MOST_PANELS,
    grid_of,
    settings_for_grids,
    strip_of,
    usual_steps,
    usual_values,
    with_values,
)


def looked_at(document: Document, **view: object) -> Document:
    return Document(document.version, document.exploration, msgspec.structs.replace(document.view, **view))


@pytest.fixture(scope="module")
def document() -> Document:
    return looked_at(opening(), layout="map", step=None)


class _Run:
    """A run that was made by the core alone."""

    def __init__(self, document: Document, entry: Entry, start: int = 0) -> None:
        import minima_core as mc

        exploration = document.exploration
        place = exploration.starts[start].position
        specification = Specification.parse(segment_at(entry, 0).method)
        self._run = mc.start(exploration.place.landscape_of(), specification, x0=place, seed=exploration.seed)
        self._run.advance(60)

    def __getattr__(self, name: str) -> object:
        return getattr(self._run, name)


def runs_of(document: Document) -> dict[tuple[int, int], _Run]:
    return {(entry.id, 0): _Run(document, entry) for entry in document.exploration.entries if entry.enabled}


@pytest.fixture(scope="module")
def runs(document: Document) -> dict[tuple[int, int], _Run]:
    return runs_of(document)


def test_a_strip_shows_the_race_at_each_step_from_left_to_right(document: Document, runs) -> None:
    figure = strip_of(document, runs, (0, 5, 40), aspect=4.0)
    assert [panel.line.name for panel in figure.panels] == ["Step 0", "Step 5", "Step 40"]
    assert [panel.scene.step for panel in figure.panels] == [0, 5, 40]
    lefts = [panel.rect[0] for panel in figure.panels]
    assert lefts == sorted(lefts) and len({panel.rect[1] for panel in figure.panels}) == 1
    drawn = [
        max((mark.upto for mark in panel.scene.marks if isinstance(mark, Path)), default=0)
        for panel in figure.panels
    ]
    assert drawn[0] < drawn[1] < drawn[2]
    assert len(figure.legend.lines) == len(runs)
    assert "40 steps" in figure.caption


def test_in_a_narrow_picture_a_strip_breaks_into_rows(document: Document, runs) -> None:
    figure = strip_of(document, runs, (0, 5, 20, 40), aspect=1.0)
    assert len({panel.rect[1] for panel in figure.panels}) == 2
    for panel in figure.panels:
        left, top, across, down = panel.rect
        assert 0 <= left < left + across <= 1 + 1e-9 and 0 <= top < top + down <= 1 + 1e-9


def test_what_stands_still_is_named_in_the_first_panel_only(document: Document, runs) -> None:
    figure = strip_of(document, runs, (0, 40))
    worded = [any(isinstance(mark, Label) for mark in panel.scene.marks) for panel in figure.panels]
    assert worded == [True, False]


@pytest.mark.parametrize(
    ("layout", "kinds"),
    [
        ("surface", ["surface", "surface"]),
        ("both", ["map", "surface", "map", "surface"]),
        ("trace", ["trace", "trace"]),
    ],
)
def test_views_of_a_strip(document: Document, runs, layout: str, kinds: list[str]) -> None:
    figure = strip_of(looked_at(document, layout=layout), runs, (0, 40))
    assert [panel.kind for panel in figure.panels] == kinds
    shown = {"trace": TraceScene}.get(layout, RaceScene)
    assert all(isinstance(panel.scene, shown) for panel in figure.panels)
    assert sum(panel.line is not None for panel in figure.panels) == 2


def test_a_grid_has_one_line_of_the_race_in_each_panel(document: Document, runs) -> None:
    figure = grid_of(looked_at(document, step=60), runs)
    assert len(figure.panels) == len(runs) and not figure.legend.lines
    for panel, entry in zip(figure.panels, document.exploration.entries, strict=True):
        assert panel.line.entry == entry.id and panel.line.role == entry.role and panel.line.verdict
        assert {mark.entry for mark in panel.scene.marks if isinstance(mark, Path)} == {entry.id}


def test_traces_of_a_grid_share_their_axes(document: Document, runs) -> None:
    figure = grid_of(looked_at(document, step=60, layout="trace"), runs)
    scenes = [panel.scene for panel in figure.panels]
    assert len({scene.y_range for scene in scenes}) == len({scene.x_range for scene in scenes}) == 1
    for scene, entry in zip(scenes, document.exploration.entries, strict=True):
        assert {series.entry for series in scene.series} == {entry.id}
        assert bool(scene.right_label) == (entry.name == "simulated-annealing")


def test_a_grid_of_a_setting_has_one_value_in_each_panel(document: Document) -> None:
    wanted = with_values(looked_at(document, step=60), "lr", (0.01, 0.1))
    figure = grid_of(wanted, runs_of(wanted), setting="lr")
    assert [panel.line.name for panel in figure.panels] == ["lr = 0.01", "lr = 0.1"]
    assert {panel.line.role for panel in figure.panels} == {document.exploration.entries[0].role}
    assert "Gradient descent" in figure.title
    titled = grid_of(looked_at(wanted, title="My own"), runs_of(wanted), setting="lr")
    assert titled.title == "My own" and "Gradient descent" in titled.caption


def test_the_selected_line_is_the_one_whose_setting_changes(document: Document) -> None:
    adam = next(entry for entry in document.exploration.entries if entry.name == "adam")
    wanted = with_values(looked_at(document, selected=adam.id), "lr", (0.01, 0.1))
    assert {entry.name for entry in wanted.exploration.entries} == {"adam"}
    assert [
        Specification.parse(entry.segments[0].method).settings["lr"] for entry in wanted.exploration.entries
    ] == [0.01, 0.1]
    assert wanted.exploration.starts == document.exploration.starts


def test_values_and_steps_that_suit(document: Document) -> None:
    rate = Specification.parse(document.exploration.entries[0].segments[0].method).settings["lr"]
    values = usual_values(document, "lr")
    assert rate in values and list(values) == sorted(values) and values[-1] / values[0] > 100
    for entry in document.exploration.entries:
        for setting in settings_for_grids(entry):
            for value in usual_values(looked_at(document, selected=entry.id), setting.name):
                assert setting.lower <= value <= setting.upper
    for last in (1, 2, 7, 300, 10**6):
        steps = usual_steps(last)
        assert steps[0] == 0 and steps[-1] == last and list(steps) == sorted(set(steps))


def test_one_variable_has_profiles() -> None:
    from minima_core.document import prepared, prepared_scenes

    flat = next(
        document
        for each in prepared_scenes()
        if (document := prepared(each.name).document()).exploration.place.dimension == 1
    )
    flat = looked_at(flat, layout="map")
    figure = strip_of(flat, runs_of(flat), (0, 20))
    assert [panel.kind for panel in figure.panels] == ["profile", "profile"]
    assert all(isinstance(panel.scene, ProfileScene) for panel in figure.panels)


def test_what_cannot_be_is_a_sentence(document: Document, runs) -> None:
    with pytest.raises(ValueError, match="at most 24 panels"):
        strip_of(document, runs, tuple(range(MOST_PANELS + 1)))
    with pytest.raises(ValueError, match="no steps"):
        strip_of(document, runs, ())
    with pytest.raises(ValueError, match="show the map"):
        strip_of(looked_at(document, layout="tree"), runs, (0,))
    with pytest.raises(ValueError, match="has lr"):
        with_values(document, "beta9", (0.5,))
    with pytest.raises(ValueError, match="lr of Gradient descent"):
        with_values(document, "lr", (-1.0,))
    empty = Document(
        document.version, msgspec.structs.replace(document.exploration, entries=()), document.view
    )
    with pytest.raises(ValueError, match="no methods"):
        grid_of(empty, {})
    with pytest.raises(ValueError, match="no method in the race"):
        with_values(empty, "lr", (0.1,))
