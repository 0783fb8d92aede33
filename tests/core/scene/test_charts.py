"""Charts beside the map: the barrier tree, the map of settings, examples with fitted lines, a second map."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace

import msgspec
import numpy as np
import pytest

from minima_core import document as doc
from minima_core.analysis.barriers import BarrierTree
from minima_core.document import Document, Exploration, Insight, SettingsChoice, View
from minima_core.landscapes.learning import Examples
from minima_core.methods import method
from minima_core.scene import (
    ChartScene,
    Findings,
    Label,
    Lines,
    Points,
    Regions,
    Shading,
    Stage,
    Track,
    basins_scene,
    data_scene,
    difference_of,
    figure,
    race_scene,
    settings_cell,
    settings_entry,
    settings_scene,
    stage_of,
    tree_axis,
    tree_scene,
)
from tests.core.scene.found import basins_of, critical_of, settings_of, tree_of


def keyed(scene: ChartScene) -> dict[str, object]:
    marks = {mark.key: mark for mark in scene.marks}
    assert len(marks) == len(scene.marks)
    return marks


def in_sight(scene: ChartScene) -> bool:
    """Whether every line and point of a chart lies in its picture."""
    x0, x1, y0, y1 = scene.extent
    for mark in scene.marks:
        if isinstance(mark, Lines | Points):
            points = mark.points[np.isfinite(mark.points).all(axis=1)]
            if not ((points >= (x0 - 1e-9, y0 - 1e-9)) & (points <= (x1 + 1e-9, y1 + 1e-9))).all():
                return False
    return True


# -- the barrier tree ----------------------------------------------------------------------------------------


@pytest.fixture
def four():
    """A landscape with four inner minima and a made-up order in which their lakes meet."""
    land = doc.place_of("ripples").landscape_of()
    critical = critical_of(land)
    assert len(critical.minima) == 4
    passes = [((0, 0), 0.9, (0, 1)), ((0, 1), 1.5, (2, 3)), ((1, 1), 2.5, (0, 2))]
    return land, tree_of(critical, passes, [(0, 1, 0), (2, 3, 1), (4, 5, 2)])


def test_every_minimum_is_a_branch_as_long_as_its_prominence(four):
    _, tree = four
    scene = tree_scene(tree, View())
    marks = keyed(scene)
    leaves = {id: mark.points[k] for mark in scene.marks if mark.key.startswith("leaf:")
              for k, id in enumerate(mark.ids)}  # fmt: skip
    assert set(leaves) == {0, 1, 2, 3}
    assert sorted(place[0] for place in leaves.values()) == [0.0, 1.0, 2.0, 3.0]
    branches = np.split(marks["branches"].points, np.flatnonzero(np.isnan(marks["branches"].points[:, 0])))
    lengths = []
    for k, branch in enumerate(branches):
        piece = branch[np.isfinite(branch[:, 0])]
        assert piece[0] == pytest.approx(leaves[k])
        lengths.append(piece[1, 1] - piece[0, 1])
    assert lengths[1:] == pytest.approx(tree.prominence[1:])
    assert marks["leaf:2"].style.fill == "basin:2"
    assert sorted(marks["passes"].ids) == [0, 1, 2]
    assert in_sight(scene)
    assert [tick.text for tick in sorted(scene.x_ticks, key=lambda tick: tick.at)] != []


def test_lakes_that_meet_stand_beside_each_other_and_no_lines_cross(four):
    _, tree = four
    marks = keyed(tree_scene(tree, View()))
    points = marks["branches"].points
    pieces = np.split(points, np.flatnonzero(np.isnan(points[:, 0])))
    branches = [piece[np.isfinite(piece[:, 0])] for piece in pieces]
    for branch in branches:
        if len(branch) < 3:
            continue
        (x, height), (into, _) = branch[1], branch[2]
        for other in branches:
            between = min(x, into) < other[0, 0] < max(x, into)
            assert not (between and other[0, 1] < height < other[1, 1])


def test_the_flood_is_a_line_to_drag_and_wets_the_branches_below(four):
    _, tree = four
    dry = tree_scene(tree, View())
    wet = tree_scene(tree, View(insight=Insight(flood=1.0)))
    line = keyed(wet)["drag:flood"].points
    assert tree_axis(tree).loss(line[0, 1]) == pytest.approx(1.0)
    branches = [mark for mark in wet.marks if mark.key.startswith("wet:")]
    assert branches and all(np.nanmax(mark.points[:, 1]) <= 1.0 + 1e-12 for mark in branches)
    assert {mark.style.colour for mark in branches} <= {f"basin:{k}" for k in range(4)}
    assert "drag:flood" not in keyed(dry)
    assert in_sight(wet) and in_sight(tree_scene(tree, View(insight=Insight(flood=40.0))))
    assert tree_scene(tree, View(insight=Insight(flood=1.0))) is wet


def test_heights_are_logarithmic_when_barriers_differ_very_much(four):
    land, _ = four
    critical = critical_of(land)
    passes = [((0, 0), 0.5, (0, 1)), ((0, 1), 0.6, (0, 2)), ((1, 1), 1e5, (0, 3))]
    tree = tree_of(critical, passes, [(0, 1, 0), (4, 2, 1), (5, 3, 2)])
    axis, scene = tree_axis(tree), tree_scene(tree, View())
    assert axis.log and scene.y_log and scene.y_label == "above the best"
    assert axis.loss(float(axis.at(0.5))) == pytest.approx(0.5)
    assert in_sight(scene)
    assert not tree_scene(four[1], View()).y_log


def test_a_tree_that_is_not_known_yet_says_so():
    scene = tree_scene(None, View())
    assert not scene.marks and scene.note
    assert "choose a landscape of two" in tree_scene(None, View(), dimension=5).note
    bowl = critical_of(doc.place_of("convex-bowl").landscape_of())
    alone = tree_scene(tree_of(bowl, [], []), View())
    assert "One minimum" in alone.note and in_sight(alone)
    none = BarrierTree((), (), (), np.empty(0), np.empty(0), np.empty((0, 2)))
    assert "no minimum" in tree_scene(none, View()).note


def test_hundreds_of_minima_are_few_marks(four):
    _, tree = four
    minima = tree.minima * 110
    many = type(tree)(minima, (), (), *(np.full(len(minima), np.inf),) * 2, np.empty((len(minima), 2)))
    scene = tree_scene(many, View())
    assert len(scene.marks) < 40 and not any(tick.text for tick in scene.x_ticks)
    assert sum(isinstance(mark, Label) for mark in scene.marks) <= 8


# -- settings ------------------------------------------------------------------------------------------------


def test_the_map_of_settings_has_log_axes_limits_and_the_present_setting(wells):
    exploration = doc.add_entry(wells, "momentum,lr=0.01,momentum=0.9")
    line = exploration.entries[-1].id
    view = View(insight=Insight(settings=SettingsChoice(line)))
    found = settings_of(wells.place.landscape_of())
    scene = settings_scene(found, exploration, view)
    marks = keyed(scene)
    assert scene.x_log and not scene.y_log
    assert scene.extent == pytest.approx((-4.0, 0.0, 0.0, 0.99))
    assert isinstance(marks["settings"], Regions) and marks["settings"].extent == scene.extent
    limit = marks["limit:0"].points
    assert 10 ** limit[0, 0] == pytest.approx(found.limits[0]) and limit[0, 1] == 0.0
    assert 10 ** limit[-1, 0] == pytest.approx(found.limits[0] * (1 + limit[-1, 1]))
    assert marks["label:limit:0"].bold == "2(1 + β)/λ"
    assert "limit:1" not in marks  # no run of this map ends there
    plain = dataclasses.replace(found, up=dataclasses.replace(found.up, name="weight_decay", symbol="λ"))
    line = keyed(settings_scene(plain, exploration, view))["limit:0"].points
    assert np.ptp(line[:, 0]) == 0.0
    assert marks["present"].points[0] == pytest.approx((-2.0, 0.9))
    assert (scene.x_label, scene.y_label) == ("learning rate", "momentum β")
    assert "momentum" in scene.title.lower() and "500 steps" in scene.title
    assert [tick.text for tick in scene.x_ticks if tick.text]


def test_a_click_on_the_map_of_settings_means_its_nearest_pixel(wells):
    found = settings_of(wells.place.landscape_of())
    assert settings_cell(found, -4.0, 0.0) == (0, 0)
    assert settings_cell(found, 5.0, 0.5) == (7, 2)
    column, row = settings_cell(found, -2.3, 0.7)
    pixel = found.specification_at(column, row)
    assert np.log10(pixel.settings["lr"]) == pytest.approx(-2.3, abs=0.3)


def test_adaptive_methods_have_no_such_limit(wells):
    found = settings_of(wells.place.landscape_of())
    adaptive = method("rmsprop").resolved(wells.place.landscape_of())
    found = dataclasses.replace(found, specification=adaptive)
    assert not any(mark.key.startswith("limit:") for mark in settings_scene(found, wells, View()).marks)


def test_which_line_is_mapped(wells):
    first, second = (entry.id for entry in wells.entries)
    assert settings_entry(wells, View()) == first
    assert settings_entry(wells, View(selected=second)) == second
    chosen = View(selected=second, insight=Insight(settings=SettingsChoice(first)))
    assert settings_entry(wells, chosen) == first
    alone = Exploration(wells.place)
    assert settings_entry(alone, View()) is None
    assert "Add a method" in settings_scene(None, alone, View()).note
    assert settings_scene(None, wells, View()).note.endswith("…")


# -- examples ------------------------------------------------------------------------------------------------


@pytest.fixture
def learning(wells, record):
    data = np.array([[0.0, 1.0], [1.0, 3.0], [2.0, 5.5]])
    examples = Examples(("speed", "distance"), ("m/s", ""), data, "Cars and brakes", "made up")
    land = SimpleNamespace(
        examples=examples,
        dimension=2,
        digest="learning",
        value=lambda p: 0.0,
        predict=lambda weights, u: weights[0] + weights[1] * u,
    )
    best = SimpleNamespace(position=np.array([0.9, 2.2]), value=0.05)
    tracks = {}
    for id, end in ((0, (1.0, 2.0)), (1, (0.0, 3.0))):
        track = Track((-3, -2.4), (3, 2.4))
        track.extend(record(np.linspace((-1.0, 0.0), end, 21)))
        tracks[id, 0] = track
    return wells, Stage(land, None, (best,)), tracks


def test_each_run_draws_the_line_of_its_weights_at_the_step(learning):
    exploration, stage, tracks = learning
    scene = data_scene(exploration, View(), stage, tracks, 20)
    marks = keyed(scene)
    assert marks["examples"].ids == (0, 1, 2)
    line = marks["fit:0"].points
    assert line[:, 1] == pytest.approx(1.0 + 2.0 * line[:, 0])
    assert marks["fit:0"].style.colour == exploration.entries[0].role
    assert marks["best-fit"].style.dash == "dash"
    assert (scene.x_label, scene.y_label, scene.title) == ("speed, in m/s", "distance", "Cars and brakes")
    before = keyed(data_scene(exploration, View(), stage, tracks, 0))
    assert before["fit:0"].revision != marks["fit:0"].revision
    assert before["best-fit"].revision == marks["best-fit"].revision


def test_real_examples_have_their_chart(record):
    exploration = doc.add_entry(Exploration(doc.place_of("tiny-network")), "gradient-descent")
    land = exploration.place.landscape_of()
    stage = stage_of(land, resolution=(16, 16))
    track = Track(land.lower, land.upper)
    track.extend(record(np.array([[0.5, -0.9], [1.0, 0.5]]), np.array([1.0, 0.5])))
    marks = keyed(data_scene(exploration, View(), stage, {(0, 0): track}, 1))
    assert len(marks["examples"].points) == 50
    curve = marks["fit:0"].points
    assert curve[:, 1] == pytest.approx(1.0 * np.tanh(0.5 * curve[:, 0]))
    race = race_scene(exploration, View(), stage, {}, 0)
    assert (race.x_label, race.y_label) == ("weight out x", "weight in y")


def test_residuals_belong_to_the_selected_run(learning):
    exploration, stage, tracks = learning
    for selected, weights in ((None, (1.0, 2.0)), (1, (0.0, 3.0))):
        scene = data_scene(exploration, View(selected=selected), stage, tracks, 20)
        residuals = keyed(scene)["residuals"].points
        assert residuals[0] == pytest.approx((0.0, 1.0))
        assert residuals[1] == pytest.approx((0.0, weights[0]))
        assert residuals[7] == pytest.approx((2.0, weights[0] + 2 * weights[1]))
        assert scene.marks[-3].key == f"fit:{selected or 0}"


def test_weights_that_are_no_numbers_draw_nothing(learning, record):
    exploration, stage, _ = learning
    track = Track((-3, -2.4), (3, 2.4))
    track.extend(record(np.array([[0.0, 0.0], [np.inf, np.nan]])))
    marks = keyed(data_scene(exploration, View(), stage, {(0, 0): track}, 1))
    assert "fit:0" not in marks and "residuals" not in marks


def test_without_examples_it_says_what_to_choose(wells):
    stage = stage_of(wells.place.landscape_of(), resolution=(16, 16))
    assert "Choose a landscape with examples" in data_scene(wells, View(), stage, {}, 0).note


# -- a second map --------------------------------------------------------------------------------------------


@pytest.fixture
def maps(wells):
    land = wells.place.landscape_of()
    return land, stage_of(land, resolution=(48, 40)), basins_of(land), basins_of(land, shift=4)


def test_a_second_map_has_regions_under_contour_lines(wells, maps):
    _, stage, one, two = maps
    view = View(insight=Insight(overlay="basins", beside=1))
    scene = basins_scene(wells, view, stage, Findings(basins=one, basins_beside=two))
    keys = [mark.key for mark in scene.marks]
    assert keys[0] == "beside" and "contours:minor" in keys
    assert any(key.startswith("minima:") for key in keys)
    assert not any(isinstance(mark, Label) for mark in scene.marks)
    assert scene.title.startswith("Basins of Gradient descent, lr 0.01")
    assert keyed(scene)["beside"].names


def test_the_difference_shows_only_where_they_end_elsewhere(wells, maps):
    _, stage, one, two = maps
    labels, share = difference_of(one, two)
    assert np.array_equal(labels == -2, one.labels == two.labels)
    assert share == pytest.approx(np.mean(one.labels != two.labels))
    view = View(insight=Insight(beside=1, difference=True))
    scene = basins_scene(wells, view, stage, Findings(basins=one, basins_beside=two))
    assert np.array_equal(keyed(scene)["beside"].labels, labels)
    assert "of the starts" in scene.title
    same = basins_scene(wells, view, stage, Findings(basins=one, basins_beside=one))
    assert "alike" in same.note
    coarse = basins_of(maps[0], (3, 4))
    assert difference_of(coarse, one)[0].shape == one.labels.shape


def test_time_spent_stands_beside_the_density(wells, maps):
    _, stage, _, _ = maps
    spent = np.arange(12.0).reshape(3, 4)
    findings = Findings(time_spent=spent, time_shares=np.array([0.7, 0.3]))
    scene = basins_scene(wells, View(insight=Insight(marbles="annealing")), stage, findings)
    veil = keyed(scene)["beside"]
    assert isinstance(veil, Shading) and veil.values.max() == 1.0
    assert scene.note == "minimum 1: 70\u202f% · minimum 2: 30\u202f%"


def test_time_spent_on_a_curve_is_a_density_of_its_own():
    exploration = doc.with_start(Exploration(doc.place_of("double-well")), (0.5,))
    land = exploration.place.landscape_of()
    view = View(insight=Insight(marbles="annealing"))
    for spent in (np.arange(600.0), np.arange(600)[None]):
        scene = basins_scene(exploration, view, stage_of(land), Findings(time_spent=spent))
        line = keyed(scene)["spent"].points
        assert np.trapezoid(line[:, 1], line[:, 0]) == pytest.approx(1.0, rel=1e-2)
        assert in_sight(scene) and [tick.text for tick in scene.y_ticks if tick.text]


def test_without_a_second_line_it_says_what_to_do(wells, maps):
    _, stage, one, _ = maps
    alone = msgspec.structs.replace(wells, entries=wells.entries[:1])
    assert "Add a second method" in basins_scene(alone, View(), stage, Findings(basins=one)).note
    assert basins_scene(wells, View(), stage, Findings(basins=one)).note.endswith("…")


# -- figures -------------------------------------------------------------------------------------------------


def test_pictures_of_basins_settings_and_trees_hold_a_chart(wells, maps, four):
    land, _, one, two = maps
    found = Findings(
        basins=one,
        basins_beside=two,
        settings=settings_of(land),
        tree=tree_of(critical_of(land), [((0, 0), 0.9, (0, 1))], [(0, 1, 0)]),
    )
    for layout in ("basins", "settings", "tree", "data"):
        document = Document(1, wells, View(layout=layout))
        made = figure(document, {}, {}, 0, resolution=(32, 32), findings=found)
        assert [panel.kind for panel in made.panels] == ["map", "chart"]
        assert isinstance(made.panels[1].scene, ChartScene)
        lefts = [panel.rect[0] for panel in made.panels]
        assert lefts == sorted(set(lefts))
    basins = figure(Document(1, wells, View(layout="basins")), {}, {}, 0, resolution=(32, 32), findings=found)
    assert "Basins of Gradient descent, lr 0.01" in basins.caption
    assert basins.panels[0].scene.marks[0].key == "basins"
    alone = Findings(basins=one)
    document = Document(1, wells, View(layout="basins"))
    assert figure(document, {}, {}, 0, resolution=(32, 32), findings=alone).layout == "single"


def test_a_picture_of_everything_has_what_stands_in_front(wells, maps):
    view = View(bottom="tree")
    made = figure(Document(1, wells, view), {}, {}, 0, resolution=(32, 32), findings=Findings())
    assert [panel.kind for panel in made.panels] == ["map", "surface", "chart"]
    plain = figure(Document(1, wells, view), {}, {}, 0, resolution=(32, 32))
    assert [panel.kind for panel in plain.panels] == ["map", "surface", "trace"]
    maps = figure(
        Document(1, wells, View(insight=Insight(beside=1))),
        {},
        {},
        0,
        resolution=(32, 32),
        findings=Findings(),
    )
    assert [panel.kind for panel in maps.panels] == ["map", "chart", "trace"]


def test_one_variable_has_its_pictures_too():
    exploration = doc.with_start(Exploration(doc.place_of("double-well")), (0.5,))
    land = exploration.place.landscape_of()
    found = Findings(basins=basins_of(land, (40,)), basins_beside=basins_of(land, (40,), shift=5))
    for difference in (False, True):
        view = View(layout="basins", insight=Insight(beside=1, difference=difference))
        made = figure(Document(1, exploration, view), {}, {}, 0, findings=found)
        assert [panel.kind for panel in made.panels] == ["profile", "chart"]
        beside = made.panels[1].scene
        assert beside.extent == made.panels[0].scene.extent
        assert keyed(beside)["beside"].extent[2:] == beside.extent[2:] and "curve" in keyed(beside)
