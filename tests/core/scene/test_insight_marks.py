"""What is known about a landscape becomes marks of map and curve, under and over the contour lines."""

from __future__ import annotations

import numpy as np
import pytest

from minima_core import document as doc
from minima_core.analysis.chances import Chances
from minima_core.analysis.density import Density
from minima_core.analysis.fields import Curvature, Flow, Slope
from minima_core.document import Exploration, Insight, Layers, View
from minima_core.landscapes.drawn import Drawn, Well
from minima_core.scene import (
    Findings,
    Label,
    Lines,
    Points,
    Regions,
    Shading,
    Stage,
    Swarm,
    count_words,
    flood_words,
    insight_sentences,
    minima_of,
    overlay_words,
    profile_scene,
    proved_lowest,
    race_scene,
    shares_of,
    stage_of,
)
from tests.core.scene.found import basins_of, critical_of, lakes_of, lens_of, tree_of

EXTENT = (-3.0, 3.0, -2.4, 2.4)
PASS = (-0.2, 0.1)


@pytest.fixture
def wells2(wells):
    land = wells.place.landscape_of()
    return wells, land, stage_of(land, resolution=(48, 40))


@pytest.fixture
def hollow():
    """The double well of one variable."""
    exploration = doc.with_start(Exploration(doc.place_of("double-well")), (0.5,))
    land = exploration.place.landscape_of()
    return exploration, land, stage_of(land)


def shown(setting, insight=None, findings=None, *, layers=None, **more):
    exploration, land, stage = setting
    view = View(insight=insight or Insight(), layers=layers or Layers())
    draw = race_scene if land.dimension > 1 else profile_scene
    return draw(exploration, view, stage, {}, 0, findings=findings, **more)


def keyed(scene) -> dict[str, object]:
    marks = {mark.key: mark for mark in scene.marks}
    assert len(marks) == len(scene.marks)
    return marks


def order(scene) -> list[str]:
    return [mark.key for mark in scene.marks]


# -- critical points -----------------------------------------------------------------------------------------


def test_proved_minima_are_called_so_and_searched_ones_are_not(wells2):
    _, land, _ = wells2
    proved = keyed(shown(wells2, findings=Findings(critical=critical_of(land))))
    assert proved["label:minimum:0"].bold == "global minimum, proved"
    assert proved["label:minimum:0"].text == "−0.293"
    assert proved["label:minimum:1"].text == "0.549 above the best"
    typed = Exploration(
        doc.Place(landscape=None, formula="(x^2-1)^2 + 0.2x + y^2", lower=(-2.0, -2.0), upper=(2.0, 2.0))
    )
    land = typed.place.landscape_of()
    setting = (typed, land, stage_of(land, resolution=(32, 32)))
    assert keyed(shown(setting))["label:minimum:0"].bold == "lowest minimum found"
    searched = Findings(critical=critical_of(land, complete=False, proved=False, source="search"))
    assert keyed(shown(setting, findings=searched))["label:minimum:0"].bold == "lowest minimum found"
    proved = Findings(critical=critical_of(land))
    assert keyed(shown(setting, findings=proved))["label:minimum:0"].bold == "global minimum, proved"


def test_saddles_and_maxima_are_marked_when_asked_for(wells2):
    _, land, _ = wells2
    critical = critical_of(land, [(PASS, "saddle"), ((2.4, 2.0), "maximum"), ((0.0, 2.0), "degenerate")])
    findings = Findings(critical=critical)
    assert not any(key.startswith("critical:") for key in order(shown(wells2, findings=findings)))
    marks = keyed(shown(wells2, Insight(critical=True), findings))
    kinds = {key.partition(":")[2]: mark for key, mark in marks.items() if key.startswith("critical:")}
    assert set(kinds) == {"saddle", "maximum", "degenerate"}
    assert len({mark.style.marker for mark in kinds.values()}) == 3
    index = kinds["saddle"].ids[0]
    assert critical.points[index].kind == "saddle"
    words = [mark for mark in marks.values() if isinstance(mark, Label) and mark.bold == "saddle"]
    assert len(words) == 1 and "λ " in words[0].text


def test_many_saddles_get_no_numbers_but_the_one_under_the_pointer_does(wells2):
    _, land, _ = wells2
    saddles = [((0.1 * k, 0.1 * k), "saddle") for k in range(1, 12)]
    critical = critical_of(land, saddles)
    findings = Findings(critical=critical)
    insight = Insight(critical=True)
    assert not any(key.startswith("label:critical") for key in order(shown(wells2, insight, findings)))
    index = next(k for k, each in enumerate(critical.points) if each.kind == "saddle")
    hovered = keyed(shown(wells2, insight, findings, hovered=index))["label:hovered"]
    assert hovered.bold == "saddle"
    assert hovered.point == pytest.approx(tuple(critical.points[index].position))


def test_a_minimum_under_the_pointer_has_one_label_only(wells2):
    _, land, _ = wells2
    findings = Findings(critical=critical_of(land))
    marks = keyed(shown(wells2, findings=findings, hovered=1))
    assert "λ " in marks["label:hovered"].text and "0.549 above the best" in marks["label:hovered"].text
    assert "label:minimum:1" not in marks and "label:minimum:0" in marks


def test_undecided_boxes_are_seen_however_small_they_are(wells2):
    _, land, _ = wells2
    tiny = [[[0.5, 0.5], [0.5 + 1e-9, 0.5 + 1e-9]], [[-1.0, -1.0], [0.0, 0.0]]]
    findings = Findings(critical=critical_of(land, complete=False, unresolved=tiny))
    lines = keyed(shown(wells2, Insight(critical=True), findings))["critical:undecided"]
    assert isinstance(lines, Lines)
    first, second = np.split(lines.points, np.flatnonzero(np.isnan(lines.points[:, 0])))
    assert np.ptp(first[:, 0]) > 0.005 * 6
    assert np.nanmin(second[:, 0]) == -1.0 and np.nanmax(second[:, 1]) == 0.0


@pytest.mark.parametrize(
    ("made", "words"),
    [
        ({}, "2 minima, all proved"),
        ({"complete": False}, "2 minima proved; there may be more"),
        ({"complete": False, "proved": False}, "2 minima, none proved; there may be more"),
        ({"source": "search"}, "2 minima found by looking"),
    ],
)
def test_the_count_of_minima_says_how_sure_it_is(wells, made, words):
    assert count_words(critical_of(wells.place.landscape_of(), **made)) == words


def test_while_a_slider_moves_minima_are_counted():
    assert count_words(None, 3) == "3 minima counted"
    assert count_words(None, 1) == "1 minimum counted"
    assert count_words(None) == ""


def test_a_single_proved_minimum_is_the_only_one():
    land = doc.place_of("convex-bowl").landscape_of()
    assert count_words(critical_of(land)) == "1 minimum, proved to be the only one"


# -- basins and fields ---------------------------------------------------------------------------------------


def test_basins_lie_under_the_contour_lines_and_have_a_legend(wells2):
    _, land, stage = wells2
    findings = Findings(basins=basins_of(land), critical=critical_of(land))
    scene = shown(wells2, Insight(overlay="basins"), findings)
    keys = order(scene)
    assert keys[0] == "basins" and keys.index("basins") < keys.index("contours:minor")
    regions = keyed(scene)["basins"]
    assert isinstance(regions, Regions) and regions.extent == EXTENT
    assert regions.roles[0] == "basin:0" and len(regions.names) == 3
    shares = shares_of(findings.basins, stage, findings)
    assert [each.minimum for each in shares] == [0, 1, -1]
    assert sum(each.share for each in shares) == pytest.approx(1.0)
    assert shares[1].name == "minimum 2, 0.549 above the best"
    assert shares[-1].text == f"never arrives: {100 / 12:.1f}\u202f%"
    label = keyed(scene)["label:minimum:1"]
    assert label.text.endswith(f"{100 * shares[1].share:.0f}\u202f%")
    assert shown(wells2, Insight(), findings).marks[0].key != "basins"


def test_the_same_basins_are_drawn_once(wells2):
    _, land, _ = wells2
    findings = Findings(basins=basins_of(land))
    insight = Insight(overlay="basins")
    one, two = (keyed(shown(wells2, insight, findings))["basins"] for _ in range(2))
    assert one is two
    other = keyed(shown(wells2, insight, Findings(basins=basins_of(land, shift=3))))["basins"]
    assert other.revision != one.revision


def test_each_overlay_is_a_veil_of_its_own_palette(wells2):
    _, _, stage = wells2
    ramp = np.linspace(0.0, 1.0, 12).reshape(3, 4)
    single = ramp.astype(np.float32)
    probability = ramp / ramp.sum()
    bends = np.where(ramp > 0.5, 1.0, -1.0)
    findings = Findings(
        slope=Slope(EXTENT, ramp, single, 0.0, 1.0),
        curvature=Curvature(
            EXTENT, bends, bends + 0.5, bends > 0, bends < 0, single, single, 1.0
        ),
        chances=Chances(
            EXTENT, np.full((3, 4), 2, np.int32), 4, 16, 100, 0, "simulated-annealing", np.zeros((1, 2)), 0.1,
            "best", 0.5, 0.4, 0.6,
        ),
        density=Density(
            EXTENT, 0.2, ramp, probability, np.zeros((1, 2)), np.zeros((3, 4), np.int16), np.ones(1), 0.0
        ),
    )  # fmt: skip
    for overlay in ("slope", "curvature", "chances", "density"):
        scene = shown(wells2, Insight(overlay=overlay), findings)
        veils = [mark for mark in scene.marks if isinstance(mark, Shading)]
        assert [veil.palette for veil in veils] == [overlay]
        values = veils[0].values
        assert values.dtype == np.float32 and 0 <= values.min() <= values.max() <= 1
        view = View(insight=Insight(overlay=overlay))
        assert overlay_words(view, stage, findings).endswith(".")
    marks = keyed(shown(wells2, Insight(overlay="curvature"), findings))
    edge = marks["edge:convex"].points
    assert len(edge) and np.all(np.abs(edge[np.isfinite(edge[:, 0]), 1]) < 2.4)
    assert "50\u202f% of all" in overlay_words(View(insight=Insight(overlay="chances")), stage, findings)


def test_flow_lines_lie_over_the_contours_and_their_heads_point_downhill(wells2):
    lines = np.array([[0.0, 0.0], [1.0, 0.0]])
    findings = Findings(flow=Flow(EXTENT, lines, np.array([[1.0, 0.0, 1.0, 0.0]])))
    scene = shown(wells2, Insight(flow=True), findings)
    keys = order(scene)
    assert keys.index("flow") > keys.index("contours:major")
    heads = keyed(scene)["flow:heads"].points
    assert heads[1].tolist() == [1.0, 0.0]
    assert heads[0, 0] < 1.0 and heads[2, 0] < 1.0 and heads[0, 1] == pytest.approx(-heads[2, 1])
    assert "flow" not in order(shown(wells2, Insight(), findings))


class Rolling:
    def __init__(self, positions):
        self.positions = np.asarray(positions, dtype=float)


def test_marbles_have_the_colour_of_their_minimum(wells2):
    marbles = Rolling([[0.0, 0.0], [1.0, 0.5], [-1.0, 0.5]])
    findings = Findings(marbles=marbles, marble_labels=np.array([0, 13, -1]))
    scene = shown(wells2, Insight(marbles="descent"), findings)
    swarm = keyed(scene)["marbles"]
    assert isinstance(swarm, Swarm) and swarm.points.dtype == np.float32
    assert [swarm.roles[k] for k in swarm.labels] == ["basin:0", "basin:1", "basin:none"]
    marbles.positions = marbles.positions + 0.1
    assert keyed(shown(wells2, Insight(marbles="descent"), findings))["marbles"].revision != swarm.revision
    assert "marbles" not in order(shown(wells2, Insight(), findings))


# -- lens, water, handles ------------------------------------------------------------------------------------


def test_the_lens_is_a_circle_that_touches_lower_ground(wells2):
    lens = lens_of((-1.239, -0.435), 1.8, touching=(0.3, 0.5), reach=1.8)
    scene = shown(wells2, Insight(lens=(-1.239, -0.435), lens_radius=1.8), Findings(lens=lens))
    marks = keyed(scene)
    rim = marks["lens:rim"].points - (-1.239, -0.435)
    assert np.hypot(*rim.T) == pytest.approx(np.full(len(rim), 1.8))
    assert marks["lens:touching"].points.tolist() == [[0.3, 0.5]]
    assert marks["label:lens"].bold == "lowest within 1.8"
    assert "lower ground" in marks["label:lens"].text
    assert "lens:rim" not in order(shown(wells2, Insight(), Findings(lens=lens)))
    beyond = lens_of((-1.239, -0.435), 2.5, within=False, touching=(0.3, 0.5))
    words = keyed(shown(wells2, Insight(lens=(-1.2, -0.4)), Findings(lens=beyond)))["label:lens"]
    assert words.bold == "not the lowest within 2.5"
    alone = lens_of((1.21, 0.53), np.inf, reach=np.inf)
    words = keyed(shown(wells2, Insight(lens=(1.21, 0.53)), Findings(lens=alone)))["label:lens"]
    assert words.bold == "lowest of the whole region"


def test_water_is_coloured_by_lake_and_meets_at_passes(wells2):
    _, land, _ = wells2
    critical = critical_of(land)
    tree = tree_of(critical, [(PASS, 0.9, (0, 1))], [(0, 1, 0)])
    for level, name in ((0.5, "ahead"), (1.2, "crossed")):
        findings = Findings(critical=critical, tree=tree, lakes=lakes_of(land, level))
        scene = shown(wells2, Insight(flood=level), findings)
        marks = keyed(scene)
        lakes = marks["lakes"]
        assert isinstance(lakes, Regions) and set(np.unique(lakes.labels)) <= {-2, 0}
        assert order(scene).index("lakes") < order(scene).index("contours:minor")
        assert marks[f"passes:{name}"].points.tolist() == [list(PASS)]
        assert marks["label:pass:0"].text == "0.9"
    assert flood_words(tree, 0.5) == "2 lakes; the next two meet at 0.9"
    assert flood_words(tree, 1.2) == "1 lake"
    assert flood_words(tree, 0.0) == "1 lake; the next two meet at 0.9"
    assert flood_words(tree, -1.0).startswith("no water yet")


def test_handles_stand_on_a_drawn_landscape_only_while_one_draws(wells2):
    wells = (Well(0.5, 0.5, 0.4, 1.0), Well(-1.0, 0.0, 0.3, -0.5))
    place = doc.Place(landscape=None, formula=None, drawn=Drawn(wells), lower=(-2.0, -2.0), upper=(2.0, 2.0))
    _, land, stage = wells2
    setting = (Exploration(place), land, stage)
    marks = keyed(shown(setting, drawing=True))
    assert marks["well:centre"].ids == (0,) and marks["well:centre:hills"].ids == (1,)
    assert marks["well:centre"].style.marker != marks["well:centre:hills"].style.marker
    ring = marks["well:ring:0"].points - (0.5, 0.5)
    assert np.hypot(*ring.T) == pytest.approx(np.full(len(ring), 0.4))
    assert marks["well:ring:1"].style.dash == "dash"
    assert not any(key.startswith("well:") for key in order(shown(setting)))
    assert not any(key.startswith("well:") for key in order(shown(wells2, drawing=True)))


# -- one variable --------------------------------------------------------------------------------------------


def test_on_a_curve_basins_are_a_strip_on_the_floor(hollow):
    _, land, _ = hollow
    findings = Findings(basins=basins_of(land, (40,)))
    scene = shown(hollow, Insight(overlay="basins"), findings)
    strip = keyed(scene)["basins"]
    x0, x1, y0, y1 = scene.extent
    assert strip.extent[:2] == (x0, x1)
    assert strip.extent[2] == y0 and strip.extent[3] < y0 + 0.1 * (y1 - y0)
    assert strip.labels.shape == (2, 40)


def test_on_a_curve_water_stands_in_the_wells_and_the_lens_is_an_interval(hollow):
    _, land, _ = hollow
    critical = critical_of(land, [((0.0,), "maximum")])
    tree = tree_of(critical, [((0.0,), float(land.value([0.0])), (0, 1))], [(0, 1, 0)])
    level = 0.4 * float(land.value([0.0]))
    lens = lens_of((-1.0,), 0.5)
    insight = Insight(flood=level, lens=(-1.0,), lens_radius=0.5, critical=True)
    scene = shown(hollow, insight, Findings(critical=critical, tree=tree, lens=lens))
    marks = keyed(scene)
    water = marks["lakes"]
    assert set(np.unique(water.labels)) == {-2, 0, 1}
    wet = water.labels >= 0
    x = np.linspace(*water.extent[:2], wet.shape[1])
    y = np.linspace(*water.extent[2:], wet.shape[0])
    ground = np.broadcast_to(land.value_on(x), wet.shape)
    assert np.array_equal(wet, (y[:, None] >= ground) & (ground < level))
    assert marks["passes:ahead"].points[0] == pytest.approx([0.0, float(land.value([0.0]))])
    rim = marks["lens:rim"].points
    assert np.nanmin(rim[:, 0]) == -1.5 and np.nanmax(rim[:, 0]) == -0.5
    assert marks["critical:maximum"].points[0] == pytest.approx([0.0, float(land.value([0.0]))])


def test_marbles_roll_on_the_curve(hollow):
    _, land, _ = hollow
    places = np.linspace(-1.2, 1.2, 5)[:, None]
    swarm = keyed(shown(hollow, Insight(marbles="descent"), Findings(marbles=Rolling(places))))["marbles"]
    assert swarm.points[:, 1] == pytest.approx(land.value(places), rel=1e-6)
    assert swarm.labels is None


# -- words under the map -------------------------------------------------------------------------------------


def test_captions_are_made_from_what_ran(wells2):
    _, land, stage = wells2
    critical = critical_of(land)
    tree = tree_of(critical, [(PASS, 0.9, (0, 1))], [(0, 1, 0)])
    lens = lens_of((-1.24, -0.44), 1.8)
    findings = Findings(critical=critical, tree=tree, basins=basins_of(land), lens=lens)
    view = View(insight=Insight(overlay="basins", flood=0.5, lens=(-1.24, -0.44), critical=True))
    said = insight_sentences(view, stage, findings)
    assert said[0].startswith("Basins of Gradient descent, lr 0.01, 500 steps, 12 × 9: ")
    assert "global minimum" in said[0] and said[0].endswith("never arrive.")
    assert said[1:] == (
        "All found: proved.",
        "Water up to 0.5: 2 lakes; the next two meet at 0.9.",
        "The point (−1.24, −0.44): lowest within 1.8.",
    )
    assert insight_sentences(View(), stage, findings) == ()


def test_findings_do_not_change_a_race_that_shows_none(wells2):
    _, land, _ = wells2
    assert len(minima_of(land)) == 2
    scene = shown(wells2)
    everything = Findings(basins=basins_of(land), lakes=lakes_of(land, 0.5), lens=lens_of((0.0, 0.0), 1.0))
    assert order(shown(wells2, findings=everything)) == order(scene)
    assert isinstance(keyed(scene)["starts"], Points)


def test_only_a_proof_of_the_same_minimum_makes_a_verdict_global(wells2):
    _, land, stage = wells2
    assert proved_lowest(stage, Findings(critical=critical_of(land)))
    assert not proved_lowest(stage)
    assert not proved_lowest(stage, Findings(critical=critical_of(land, complete=False)))
    missed = Stage(stage.land, stage.ground, stage.minima[1:])
    assert not proved_lowest(missed, Findings(critical=critical_of(land)))
