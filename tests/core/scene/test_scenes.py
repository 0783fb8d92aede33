"""Scenes are pure: the same input gives the same marks, and only what changed has another revision."""

from __future__ import annotations

from types import SimpleNamespace

import msgspec
import numpy as np
import pytest

from minima_core import document as doc
from minima_core.document import Document, Exploration, Layers, View
from minima_core.scene import (
    Arrow,
    Label,
    Lines,
    Path,
    Points,
    ProfileScene,
    Track,
    acts_done,
    conditions,
    figure,
    profile_scene,
    race_scene,
    stage_of,
    trace_scene,
    try_next,
)


def descent(start: tuple[float, float], end: tuple[float, float], m: int = 101) -> np.ndarray:
    share = 0.9 ** np.arange(m)[:, None]
    return np.array(end) + share * (np.array(start) - np.array(end))


@pytest.fixture
def race(wells, record):
    land = wells.place.landscape_of()
    tracks = {}
    for id, end in ((0, (-1.239, -0.435)), (1, (1.21, 0.532))):
        points = descent((-1.15, 1.6), end)
        track = Track(land.lower, land.upper)
        track.extend(record(points, land.value(points)))
        tracks[id, 0] = track
    return wells, stage_of(land, resolution=(64, 52)), tracks


def faces(scene) -> list[tuple]:
    return [
        (m.key, getattr(m, "revision", None), getattr(m, "epoch", None), getattr(m, "upto", None), m.style)
        if hasattr(m, "style")
        else (m.key, m.revision)
        for m in scene.marks
    ]


def by_key(scene) -> dict[str, object]:
    return {mark.key: mark for mark in scene.marks}


def test_same_input_same_scene(race):
    exploration, stage, tracks = race
    one, two = (race_scene(exploration, View(), stage, tracks, 60) for _ in range(2))
    assert faces(one) == faces(two)
    assert (one.revision, one.extent, one.relief) == (two.revision, two.extent, two.relief)
    assert len(by_key(one)) == len(one.marks)


def test_a_step_changes_heads_and_paths_only(race):
    exploration, stage, tracks = race
    before, after = (by_key(race_scene(exploration, View(), stage, tracks, step)) for step in (20, 21))
    changed = {
        key
        for key, mark in after.items()
        if getattr(mark, "revision", None) != getattr(before.get(key), "revision", None)
    }
    assert changed == {"heads:0", "heads:1"}
    path = after["path:0:0"]
    assert isinstance(path, Path)
    assert path.upto == 21 and path.epoch == tracks[0, 0].epoch
    assert len(path.added(20)) == 2
    assert len(path.points()) == 22


def test_words_stand_at_the_minima_and_the_start(race):
    exploration, stage, tracks = race
    marks = race_scene(exploration, View(), stage, tracks, 5).marks
    labels = {mark.bold: mark for mark in marks if isinstance(mark, Label)}
    assert labels["local minimum"].text == "0.549 above the best"
    assert labels["global minimum"].text == "−0.293"
    assert labels["start"].point == (-1.15, 1.6)
    assert labels["local minimum"].point == pytest.approx((-1.239, -0.435), abs=1e-2)


def test_layers_leave_things_out(race):
    exploration, stage, tracks = race
    layers = Layers(contours=False, labels=False, paths=False, minima=False)
    scene = race_scene(exploration, View(layers=layers), stage, tracks, 50)
    assert {type(mark) for mark in scene.marks} == {Points}
    assert set(by_key(scene)) == {"starts", "heads:0", "heads:1"}


def test_disabled_lines_and_missing_tracks_are_not_drawn(race):
    exploration, stage, tracks = race
    scene = race_scene(doc.toggle(exploration, 0), View(), stage, tracks, 50)
    assert "path:0:0" not in by_key(scene) and "path:1:0" in by_key(scene)
    assert "path:1:0" not in by_key(race_scene(exploration, View(), stage, {}, 50))


def test_the_selected_line_lies_on_top(race):
    exploration, stage, tracks = race
    for id in (0, 1):
        marks = race_scene(exploration, View(selected=id), stage, tracks, 50).marks
        paths = [mark for mark in marks if isinstance(mark, Path)]
        assert paths[-1].entry == id
        assert paths[-1].style.width > paths[0].style.width


def test_many_minima_get_few_words():
    exploration = doc.with_start(Exploration(doc.place_of("rastrigin")), (2.0, 2.0))
    stage = stage_of(exploration.place.landscape_of(), resolution=(64, 64))
    marks = by_key(race_scene(exploration, View(), stage, {}, 0))
    assert len(marks["minima:local"].points) == 120
    assert 1 <= sum(key.startswith("label:minimum") for key in marks) <= 6


def test_restarts_show_ends_with_counts_and_the_best(wells, record):
    exploration = doc.add_entry(Exploration(wells.place, starts=wells.starts), "random-restarts,local=adam")
    land = exploration.place.landscape_of()
    ways = [((0, 2), (1.21, 0.532)), ((2, -1), (1.21, 0.532)), ((-2, -1), (-1.239, -0.435))]
    loops = [descent(start, end, 40) for start, end in ways]
    points = np.concatenate([*loops, descent((0, 0), (1, 1), 10)])
    track = Track(land.lower, land.upper)
    track.extend(record(points, land.value(points), loops=(0, 40, 80, 120)))
    stage = stage_of(land, resolution=(64, 52))
    marks = by_key(race_scene(exploration, View(), stage, {(0, 0): track}, 129))
    path = marks["path:0:0"]
    assert path.fade and [len(loop) for loop in path.loops()] == [40, 40, 40, 10]
    assert sorted(marks["ends:0:0"].sizes)[-1] > sorted(marks["ends:0:0"].sizes)[0]
    words = {mark.text for key, mark in marks.items() if key.startswith("label:end")}
    assert words == {"×2", "×1"}
    assert marks["best:0"].points[0] == pytest.approx((1.21, 0.532), abs=0.05)
    assert marks["best:0"].style.colour == path.style.colour  # nobody takes it for another method
    assert list(marks).index("best:0") < list(marks).index("heads:0")
    earlier = by_key(race_scene(exploration, View(), stage, {(0, 0): track}, 60))
    assert {mark.text for key, mark in earlier.items() if key.startswith("label:end")} == {"×1"}
    trace = trace_scene(exploration, View(), stage, {(0, 0): track}, 129)
    assert [series.kind for series in trace.series] == ["loss", "best"]
    staircase = trace.series[1].xy()
    assert np.all(np.diff(staircase[:, 1]) <= 0)


def test_annealing_shows_proposals_and_temperature(wells, record):
    exploration = doc.add_entry(Exploration(wells.place, starts=wells.starts), "simulated-annealing")
    land = exploration.place.landscape_of()
    points = np.random.default_rng(0).uniform(-1, 1, (50, 2))
    columns = ("temperature", "accepted", "proposal_value", "proposal_0", "proposal_1")
    insides = np.column_stack((np.geomspace(1, 0.01, 50), np.arange(50) % 3 == 0, np.zeros(50), points))
    track = Track(land.lower, land.upper)
    track.extend(record(points, land.value(points), columns=columns, insides=insides))
    stage = stage_of(land, resolution=(64, 52))
    marks = by_key(race_scene(exploration, View(), stage, {(0, 0): track}, 49))
    assert marks["path:0:0"].style.dash == "dot" and not marks["path:0:0"].style.casing
    assert len(marks["proposals:accepted:0:0"].points) + len(marks["proposals:refused:0:0"].points) == 24
    trace = trace_scene(exploration, View(), stage, {(0, 0): track}, 49)
    assert trace.right_label == "temperature" and trace.right_range == (-2.0, 0.0)
    warm = next(series for series in trace.series if series.kind == "temperature").xy()
    assert warm[[0, -1], 1] == pytest.approx([0, -2])


def test_the_trace_is_above_the_best_on_a_log_axis_and_plain_on_a_linear_one(race):
    exploration, stage, tracks = race
    log = trace_scene(exploration, View(), stage, tracks, 100)
    assert log.log_y and log.y_label == "above the best"
    ends = {series.entry: series.xy()[-1, 1] for series in log.series}
    assert ends[0] == pytest.approx(np.log10(0.5494), abs=1e-2)
    assert ends[1] < -3
    linear = trace_scene(exploration, View(y_axis="linear"), stage, tracks, 100)
    assert linear.y_label == "loss"
    assert linear.series[0].xy()[0, 1] == pytest.approx(tracks[0, 0].at(0)[2])
    assert linear.y_range[0] <= -0.293 and linear.x_range == (0.0, 100.0)
    evaluations = trace_scene(exploration, View(x_axis="evaluations"), stage, tracks, 100)
    assert evaluations.x_label == "evaluations of the loss"
    assert evaluations.series[0].xy()[0, 0] == 1
    assert len(log.series[0].xy(upto=10)) == 11


def test_a_run_that_flies_off_does_not_flatten_the_others(race, record):
    exploration, stage, tracks = race
    away = np.cumprod(np.full((60, 2), 1.9), axis=0)
    track = Track((-3, -2.4), (3, 2.4))
    values = np.exp(np.linspace(0, 600, 60))
    values[-5:] = np.inf
    track.extend(record(away, values))
    trace = trace_scene(exploration, View(y_axis="linear"), stage, {**tracks, (0, 0): track}, 59)
    assert trace.y_range[1] < 100
    assert np.isfinite(trace.y_range).all()
    assert race_scene(exploration, View(), stage, {(0, 0): track}, 59).marks


def test_axes_rest_while_runs_grow(race, record):
    exploration, stage, _ = race
    land = stage.land
    points = descent((-1.15, 1.6), (-1.239, -0.435))
    whole = record(points, land.value(points))
    track = Track(land.lower, land.upper)
    ranges = set()
    for step in range(30, 60):
        track.extend(whole.upto(step))
        ranges.add(trace_scene(exploration, View(), stage, {(0, 0): track}, step).revision)
    assert len(ranges) <= 2


def test_an_empty_race_has_scenes(wells):
    stage = stage_of(wells.place.landscape_of(), resolution=(64, 52))
    assert trace_scene(wells, View(), stage, {}, 0).series == ()
    bare = Exploration(wells.place)
    assert race_scene(bare, View(), stage, {}, 0).marks


@pytest.fixture
def curve(record):
    exploration = doc.with_start(Exploration(doc.place_of("tilted-double-well"), steps=50), (1.4,))
    exploration = doc.add_entry(exploration, "gradient-descent,lr=0.05")
    land = exploration.place.landscape_of()
    points = [1.4]
    for _ in range(50):
        points.append(points[-1] - 0.05 * float(land.gradient((points[-1],))[0]))
    positions = np.array(points)[:, None]
    track = Track(land.lower, land.upper)
    track.extend(record(positions, land.value(positions)))
    return exploration, stage_of(land), {(0, 0): track}


def test_a_profile_has_points_that_roll_and_a_tangent_with_the_step(curve):
    exploration, stage, tracks = curve
    scene = profile_scene(exploration, View(), stage, tracks, 3)
    assert isinstance(scene, ProfileScene)
    marks = by_key(scene)
    _, position, value = tracks[0, 0].at(3)
    # The ball rests on the curve: its middle lies above it, by its radius.
    x0, x1, y0, y1 = scene.extent
    across, up = (marks["heads:0"].points[0] - (position[0], value)) / ((x1 - x0) / 800, (y1 - y0) / 520)
    assert up > 0
    assert np.hypot(across, up) == pytest.approx(6.5)
    arrow, tangent = marks["step"], marks["tangent"]
    assert isinstance(arrow, Arrow) and isinstance(tangent, Lines)
    (xa, ya), (xb, yb) = tangent.points
    slope = stage.land.gradient((arrow.tail[0],))[0]
    assert (yb - ya) / (xb - xa) == pytest.approx(slope)
    assert arrow.tip[0] == pytest.approx(position[0])
    assert (arrow.tip[1] - arrow.tail[1]) / (arrow.tip[0] - arrow.tail[0]) == pytest.approx(slope)
    # Its way goes along the curve, a little above it, from the least to the greatest x.
    path = marks["path:0:0"].points()
    passed = tracks[0, 0].upto(3)[:, 0]
    slack = 0.02 * (x1 - x0)
    assert path[:, 0].min() == pytest.approx(passed.min(), abs=slack)
    assert path[:, 0].max() == pytest.approx(passed.max(), abs=slack)
    assert np.all(path[:, 1] < y1 + 0.1 * (y1 - y0))
    with_curve = np.hypot(
        (path[:, None, 0] - scene.curve.points[None, :, 0]) / (x1 - x0) * 800,
        (path[:, None, 1] - scene.curve.points[None, :, 1]) / (y1 - y0) * 520,
    )
    assert np.nanmin(with_curve, axis=1) == pytest.approx(3.4, abs=0.5)
    assert marks["starts"].points[0] == pytest.approx((1.4, stage.land.value((1.4,))))
    assert profile_scene(exploration, View(), stage, tracks, 0).marks


def test_curves_are_interrupted_at_poles_and_where_they_are_undefined():
    for text in ("1/x", "sqrt(x)", "tan(x)"):
        place = doc.Place(None, text, (-2.0,), (2.0,))
        exploration = doc.with_start(Exploration(place), (1.0,))
        scene = profile_scene(exploration, View(), stage_of(place.landscape_of()), {}, 0)
        assert np.isnan(scene.curve.points[:, 1]).any()
        assert np.isfinite(scene.extent).all()


@pytest.mark.parametrize(
    ("layout", "aspect", "kinds"),
    [
        ("map", 1.6, ["map"]),
        ("surface", 1.6, ["surface"]),
        ("both", 1.6, ["map", "surface"]),
        ("trace", 1.6, ["trace"]),
        ("all", 1.6, ["map", "surface", "trace"]),
        ("all", 0.6, ["map", "surface", "trace"]),
    ],
)
def test_figures_hold_the_views_of_their_layout(race, layout, aspect, kinds):
    exploration, _, tracks = race
    document = Document(doc.VERSION, exploration, View(layout=layout, theme="slide", title="Mine"))
    made = figure(document, tracks, {}, 40, aspect=aspect, resolution=(64, 52))
    assert [panel.kind for panel in made.panels] == kinds
    assert made.title == "Mine" and made.theme == "slide"
    assert len(made.legend.lines) == 2
    for one in made.panels:
        left, top, width, height = one.rect
        assert left >= 0 and top >= 0 and left + width <= 1 + 1e-9 and top + height <= 1 + 1e-9
    area = sum(one.rect[2] * one.rect[3] for one in made.panels)
    assert 0.95 < area <= 1 + 1e-9
    tall = {one.rect[0] for one in made.panels} == {0.0}
    assert tall == (aspect < 1 or len(kinds) == 1)


def test_a_figure_of_one_variable_is_a_profile(curve):
    exploration, _, tracks = curve
    made = figure(Document(doc.VERSION, exploration, View()), tracks, {}, 10)
    assert [panel.kind for panel in made.panels] == ["profile", "trace"]
    assert made.title


def said(state: str, gap: float = 0.0) -> SimpleNamespace:
    return SimpleNamespace(state=state, sentence=f"at the {state}", numbers={"gap": gap})


@pytest.mark.parametrize(
    ("states", "holding"),
    [
        (("local minimum", "global minimum"), "ends-differ"),
        (("local minimum", "local minimum"), "all-in-local"),
        (("global minimum", "global minimum"), "all-in-best"),
        (("diverged", "running"), "diverged"),
        (("saddle", "global minimum"), "stalled"),
        (("oscillating", "global minimum"), "oscillating"),
        (("wandering", "running"), "wandering"),
        (("crawling", "local minimum"), "crawling"),
    ],
)
def test_what_to_try_next_follows_from_what_is_on_screen(wells, states, holding):
    verdicts = {(k, 0): said(state, 0.5 * (state == "local minimum")) for k, state in enumerate(states)}
    found = conditions(wells, verdicts)
    assert holding in found
    hint = try_next(found)
    assert hint.when == holding
    assert try_next(found, {hint.text}) != hint


def test_the_opening_has_its_own_suggestion():
    opening = doc.opening().exploration
    assert try_next(conditions(opening, {})).when == "opening"
    assert "opening" not in conditions(opening, {}, last_act="start-moved")
    assert "opening" not in conditions(msgspec.structs.replace(opening, steps=7), {})
    assert "one-variable" in conditions(Exploration(doc.place_of("parabola")), {})


def test_a_frame_costs_the_same_late_and_early(wells, record):
    """Rows read by a frame do not depend on what lies behind (a count, not a clock)."""
    read = []

    class Counting:
        def __init__(self, inner):
            self.inner = inner

        def __getattr__(self, name):
            return getattr(self.inner, name)

        def __len__(self):
            return len(self.inner)

        def since(self, step):
            rows = self.inner.since(step)
            read.append(len(rows.steps))
            return rows

    points = descent((-1.15, 1.6), (-1.239, -0.435), 20_000)
    whole = record(points)
    track = Track((-3, -2.4), (3, 2.4))
    for step in range(100, 20_000, 100):
        track.extend(Counting(whole.upto(step)))
    assert max(read[1:]) == 100


def test_the_trace_holds_where_later_loops_begin(wells, record):
    exploration = doc.add_entry(Exploration(wells.place, starts=((wells.starts[0]),)), "random-restarts")
    stage = stage_of(exploration.place.landscape_of(), resolution=(64, 52))
    points = descent((1.2, 0.5), (1.21, 0.532), 60)  # the first loop begins low, the second one high
    values = np.concatenate((np.linspace(0.01, 0.001, 30), np.geomspace(900.0, 0.01, 30))) - 0.293
    track = Track((-3, -2.4), (3, 2.4))
    track.extend(record(points, values, loops=(0, 30)))
    for y_axis in ("log", "linear"):
        trace = trace_scene(exploration, View(y_axis=y_axis), stage, {(0, 0): track}, 59)
        drawn = np.concatenate([series.xy() for series in trace.series])
        assert drawn[:, 1].max() < trace.y_range[1]
        assert drawn[:, 1].min() >= trace.y_range[0]


@pytest.mark.parametrize("name", ["endless-saddle", "endless-slope"])
def test_where_there_is_no_lowest_point_the_learning_rate_is_not_to_blame(name):
    exploration = doc.add_entry(Exploration(doc.place_of(name)), "gradient-descent")
    found = conditions(exploration, {(0, 0): said("diverged")})
    assert {"endless", "diverged"} <= found
    hint = try_next(found)
    assert hint.when == "endless" and "learning rate" not in hint.text
    assert "endless" not in conditions(exploration, {(0, 0): said("running")})


def test_a_suggestion_never_takes_away_what_is_shown():
    from minima_core.document import Insight

    view = View(insight=Insight(overlay="slope", critical=True))
    found = {"field-shown", "any"}
    assert try_next(found).action == "critical"
    assert try_next(found, done=acts_done(view)).action == "marbles"
    everything = View(insight=Insight(overlay="basins", flow=True, lens=(0.0,), flood=1.0, marbles="descent"))
    assert acts_done(everything) == {"basins", "flow", "lens", "flood", "marbles"}
    assert acts_done(View()) == frozenset()


def test_suggestions_know_what_is_looked_at(wells):
    from minima_core.document import Insight

    for insight, name in (
        (Insight(overlay="basins"), "basins-shown"),
        (Insight(flood=1.0), "flooded"),
        (Insight(marbles="descent"), "marbles-rolling"),
        (Insight(flow=True), "field-shown"),
    ):
        assert name in conditions(wells, {}, view=View(insight=insight))
        assert name not in conditions(wells, {})
