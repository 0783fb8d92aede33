"""Insides of methods as marks: what is drawn, where it is cut, what is left out; on maps and on curves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from minima_core.document import Exploration, Insides, Layers, Start, View, add_entry, place_of
from minima_core.landscapes import formula, landscape
from minima_core.methods import describe, insides, method
from minima_core.methods.insides import Geometry, Inside
from minima_core.runs import start
from minima_core.scene import (
    Arrows,
    Lines,
    Opened,
    Points,
    Shading,
    declared_insides,
    field_scenes,
    fields_of,
    inside_marks,
    inside_words,
    opened_entry,
    opened_run,
    race_scene,
    shown_parts,
    stage_of,
)
from minima_core.scene.insides import Part
from minima_core.scene.relief import box_of
from minima_core.scene.stage import profile_extent

LAND = landscape("himmelblau")
CURVE = formula("x^4 - 3*x^2 + x", lower=(-2.2,), upper=(2.2,))
ON = View(insides=Insides(on=True))


@dataclass(frozen=True, eq=False)
class Made(Opened):
    """A run whose insides are made up."""

    made: tuple[Inside, ...] = ()

    @property
    def parts(self) -> tuple[Part, ...]:
        return tuple(Part(each, self.glimpse) for each in self.made)


def opened(text: str = "momentum", step: int = 6, land: Any = LAND, x0: Any = (-5.0, 1.0)) -> Opened:
    run = start(land, text, x0=x0, seed=1)
    run.advance(step)
    exploration = add_entry(Exploration(place_of("himmelblau")), text)
    return opened_run(exploration.entries[0], 0, run.segments, *run.moments_at(step), land)


def made(shape: insides.Shape, geometry: Geometry | None, land: Any = LAND, role: str = "inside") -> Made:
    real = opened(land=land, x0=(-5.0, 1.0) if land is LAND else (1.9,))
    one = Inside("thing", "Thing", "It is made up.", shape, lambda glimpse: geometry, role)
    return Made(real.entry, real.start, real.role, real.specification, real.glimpse, (one,))


def marks_of(one: Opened, land: Any = LAND, view: View = ON, **more: Any) -> list[Any]:
    extent = box_of(land) if land.dimension > 1 else profile_extent(land)
    groups = inside_marks(one, view, stage_of(land, resolution=(64, 64)), extent, **more)
    return [mark for group in groups for mark in group]


def points(*rows: tuple[float, ...]) -> Any:
    return np.array(rows, dtype=float)


# -- shapes ----------------------------------------------------------------------------------------------


def test_an_arrow_is_cut_at_the_edge_and_keeps_its_direction() -> None:
    (mark,) = marks_of(made("arrow", insides.Arrow(np.array([1.0, 1.0]), np.array([41.0, 21.0]))))
    assert isinstance(mark, Arrows)
    np.testing.assert_array_equal(mark.tails, [(1, 1)])
    tip = mark.tips[0]
    assert tip[0] == pytest.approx(6.0, abs=0.2)
    assert (tip[1] - 1) / (tip[0] - 1) == pytest.approx(0.5)


@pytest.mark.parametrize(
    "ends", [((1.0, 1.0), (1.0 + 1e-6, 1.0)), ((8.0, 8.0), (20.0, 9.0)), ((np.nan, 1.0), (2.0, 2.0))]
)
def test_arrows_that_nobody_could_see_are_left_out(ends: Any) -> None:
    assert marks_of(made("arrow", insides.Arrow(*np.array(ends)))) == []


def test_an_arrow_that_comes_from_outside_is_seen_as_far_as_it_is_inside() -> None:
    (mark,) = marks_of(made("arrow", insides.Arrow(np.array([-20.0, 0.0]), np.array([2.0, 0.0]))))
    np.testing.assert_allclose(mark.tails, [(-6, 0)])
    np.testing.assert_allclose(mark.tips, [(2, 0)])


def test_segments_are_lines_or_arrows() -> None:
    ends = np.array([[(0.0, 0.0), (1.0, 1.0)], [(2.0, 2.0), (3.0, 2.0)], [(0.0, 0.0), (1e-9, 0.0)]])
    (lines,) = marks_of(made("segments", insides.Segments(ends)))
    assert isinstance(lines, Lines)
    assert np.isnan(lines.points[2]).all()
    assert len(lines.points) == 5
    (arrows,) = marks_of(made("segments", insides.Segments(ends, True)))
    assert isinstance(arrows, Arrows)
    assert len(arrows.tips) == 2


def test_points_have_the_marker_of_their_role_and_shrink_in_a_crowd() -> None:
    few = marks_of(made("points", insides.Points(points((0, 0), (np.nan, 1), (1, 1))), role="refused"))[0]
    many = marks_of(made("points", insides.Points(np.random.default_rng(0).normal(size=(500, 2)))))[0]
    assert isinstance(few, Points)
    assert (few.style.marker, len(few.points)) == ("cross", 2)
    assert many.style.size < few.style.size


def test_a_polygon_is_closed_and_has_corners() -> None:
    line, corners = marks_of(made("polygon", insides.Polygon(points((0, 0), (2, 0), (0, 2)))))
    np.testing.assert_array_equal(line.points[0], line.points[-1])
    assert len(line.points) == 4
    assert len(corners.points) == 3


def test_an_ellipse_is_the_shadow_of_the_whole_body() -> None:
    matrix = np.array([[1.0, 0.0, 0.6], [0.0, 0.5, 0.0], [0.0, 0.0, 3.0]])
    centre = np.array([0.5, -0.5, 9.0])
    (ring,) = marks_of(made("ellipse", insides.Ellipse(centre, matrix)))
    # Points of the body, seen from above, never lie outside the ring's shape.
    body = np.random.default_rng(1).normal(size=(2000, 3))
    body /= np.linalg.norm(body, axis=1)[:, None]
    shadow = (body @ matrix.T)[:, :2]
    assert np.abs(shadow[:, 0]).max() == pytest.approx(np.abs(ring.points[:, 0] - 0.5).max(), rel=1e-2)
    assert np.abs(shadow[:, 1]).max() == pytest.approx(np.abs(ring.points[:, 1] + 0.5).max(), rel=1e-2)
    assert marks_of(made("ellipse", insides.Ellipse(centre[:2], np.eye(2) * 1e-6))) == []


def test_a_circle_is_round_in_the_units_of_the_landscape() -> None:
    (ring,) = marks_of(made("circle", insides.Circle(np.array([1.0, 2.0]), 1.5)))
    np.testing.assert_allclose(np.hypot(*(ring.points - (1.0, 2.0)).T), 1.5)


def test_a_model_has_lines_of_equal_height_around_its_centre() -> None:
    slope, bend, centre = np.array([1.0, -2.0]), np.array([[2.0, 0.5], [0.5, 1.0]]), np.array([0.5, 0.5])
    (lines,) = marks_of(made("quadratic", insides.Quadratic(centre, 3.0, slope, bend)))
    away = lines.points - centre
    heights = 3.0 + away @ slope + 0.5 * np.einsum("ij,jk,ik->i", away, bend, away)
    whole = np.split(heights, np.flatnonzero(np.isnan(heights)))
    levels = [piece[np.isfinite(piece)] for piece in whole if np.isfinite(piece).sum() > 3]
    assert len(levels) >= 5
    for level in levels:
        assert np.ptp(level) < 0.02 * (max(map(np.max, levels)) - min(map(np.min, levels)))


def test_in_one_variable_points_lie_on_the_curve_and_a_model_is_a_parabola() -> None:
    (dots,) = marks_of(made("points", insides.Points(points((0.5,), (1.0,))), CURVE), CURVE)
    np.testing.assert_allclose(dots.points[:, 1], CURVE.value(points((0.5,), (1.0,))))
    model = insides.Quadratic(np.array([0.0]), 1.0, np.array([2.0]), np.array([[4.0]]))
    (line,) = marks_of(made("quadratic", model, CURVE), CURVE)
    x, y = line.points[np.isfinite(line.points[:, 1])].T
    np.testing.assert_allclose(y, 1.0 + 2.0 * x + 2.0 * x * x)
    (level,) = marks_of(made("arrow", insides.Arrow(np.array([0.0]), np.array([1.0])), CURVE), CURVE)
    assert level.tails[0, 1] == level.tips[0, 1]


# -- a real run ------------------------------------------------------------------------------------------


def test_the_gradient_is_drawn_in_its_direction_and_at_a_length_one_can_see() -> None:
    one = opened()
    mark = next(m for m in marks_of(one) if m.key == "inside:gradient")
    before = one.glimpse.before
    assert before is not None
    way, down = mark.tips[0] - mark.tails[0], -LAND.gradient(before.position)
    assert way @ down / np.linalg.norm(way) / np.linalg.norm(down) == pytest.approx(1.0)
    assert 0.05 < np.hypot(*(way / 12.0)) < 0.2


def test_the_gradient_shrinks_with_a_gentle_slope_and_is_left_out_at_rest() -> None:
    def length(step: int) -> float:
        one = opened("gradient-descent(lr=0.005)", step, x0=(3.4, 2.6))
        found = [mark for mark in marks_of(one) if mark.key == "inside:gradient"]
        return max((float(np.hypot(*((m.tips[0] - m.tails[0]) / 12.0))) for m in found), default=0.0)

    steep, gentle, rest = length(1), length(20), length(200)
    assert steep > 0.05
    assert 0.0 < gentle < 0.5 * steep
    assert rest == 0.0


def test_the_step_lies_on_the_path_in_the_colour_of_the_run_below_what_it_is_made_of() -> None:
    one = opened()
    keys = [mark.key for mark in marks_of(one)]
    assert keys.index("inside:step") < keys.index("inside:velocity")
    step = next(mark for mark in marks_of(one) if mark.key == "inside:step")
    assert step.style.colour == "run:momentum:0"
    np.testing.assert_array_equal(step.tips[0], one.glimpse.now.position)


def test_what_is_switched_off_is_not_drawn_and_what_is_pointed_out_is() -> None:
    one = opened()
    assert marks_of(one, view=View()) == []
    quiet = View(insides=Insides(on=True, off=("velocity",)))
    assert "inside:velocity" not in [mark.key for mark in marks_of(one, view=quiet)]
    pointed = marks_of(one, view=quiet, pointed=("velocity",))
    strong = {mark.key for mark in pointed if mark.style.opacity == 1.0}
    assert strong == {"inside:velocity"}
    assert all(mark.style.opacity < 0.5 for mark in pointed if mark.key != "inside:velocity")


def test_insides_lie_between_paths_and_heads_and_in_the_scene_of_the_race() -> None:
    exploration = Exploration(place_of("himmelblau"), starts=(Start((-5.0, 1.0)),))
    stage = stage_of(LAND, resolution=(64, 64))
    inner = inside_marks(opened(), ON, stage, box_of(LAND))
    scene = race_scene(exploration, ON, stage, {}, 6, insides=inner)
    assert "inside:step" in [mark.key for mark in scene.marks]
    assert scene.revision != race_scene(exploration, ON, stage, {}, 6).revision


def test_a_sentence_says_what_is_drawn() -> None:
    one = opened()
    inner = inside_marks(one, ON, stage_of(LAND, resolution=(64, 64)), box_of(LAND))
    assert inside_words(one, inner) == (
        "Inside Momentum, step 6: step, velocity, share of the slope and gradient."
    )
    assert inside_words(None, inner) == ""


def test_a_restart_is_no_step_of_the_method_that_it_restarts() -> None:
    one = opened("random-restarts,local=adam,steps_per_loop=5", 6)
    assert {"gradient", "step", "scales"} <= {part.inside.name for part in one.parts}
    assert "inside:step" not in [mark.key for mark in marks_of(one)]
    names = [each.name for each in declared_insides(one.specification)]
    assert {"scales", "gradient"} <= set(names)


def test_where_a_segment_begins_there_is_no_step_before() -> None:
    run = start(LAND, "adam", x0=(-5, 1))
    run.advance(4)
    run.go_on("momentum")
    exploration = add_entry(Exploration(place_of("himmelblau")), "adam")
    moments = run.state_at(3), run.state_at(4)
    one = opened_run(exploration.entries[0], 0, run.segments, *moments, LAND)
    assert one.specification.name == "momentum"
    assert one.glimpse.before is None


def test_the_selected_line_is_opened_or_the_only_one() -> None:
    exploration = add_entry(add_entry(Exploration(place_of("himmelblau")), "adam"), "momentum")
    first, second = exploration.entries
    assert opened_entry(exploration, View()) is None
    assert opened_entry(exploration, View(selected=second.id)) == second
    alone = add_entry(Exploration(place_of("himmelblau")), "adam")
    assert opened_entry(alone, View()) == alone.entries[0]
    assert first.id != second.id


# -- fields ----------------------------------------------------------------------------------------------


def field_of(name: str, role: str, at: Callable[[Any], Any], land: Any = LAND) -> Made:
    one = made("field", insides.Field(at), land)
    return replace(one, made=(replace(one.made[0], name=name, title=name.title(), role=role),))


def test_a_mean_stands_beside_the_landscape_in_its_colours() -> None:
    one = field_of("mean", "model", LAND.value)
    fields = fields_of(shown_parts(one, ON.insides), box_of(LAND), (40, 30))
    stage = stage_of(LAND, resolution=(64, 64))
    assert fields[0].values.shape == (30, 40)
    (scene,) = field_scenes(fields, ON, stage)
    veil = next(mark for mark in scene.marks if isinstance(mark, Shading))
    assert veil.palette == "heights"
    assert scene.title == "Mean, step 6"
    assert stage.ground is not None
    wanted = stage.ground.relief.display.heights(fields[0].values)
    np.testing.assert_allclose(veil.values, wanted, atol=1e-6)


def test_a_push_is_a_veil_that_is_clear_where_nothing_pushes() -> None:
    one = field_of("push", "push", lambda p: np.exp(-((p - (2.0, 2.0)) ** 2).sum(axis=1)))
    fields = fields_of(shown_parts(one, ON.insides), box_of(LAND), (40, 30))
    stage = stage_of(LAND, resolution=(64, 64))
    (veil,) = inside_marks(one, ON, stage, box_of(LAND), fields=fields).veils
    assert isinstance(veil, Shading)
    assert veil.rising and veil.values[0, 0] < 1e-6
    assert np.nanmax(veil.values) == pytest.approx(1.0)
    assert field_scenes(fields, ON, stage) == ()


def test_in_one_variable_a_mean_is_a_curve_and_others_stand_at_the_foot() -> None:
    extent = profile_extent(CURVE)
    stage = stage_of(CURVE)
    mean = fields_of(field_of("mean", "model", lambda p: p[:, 0], CURVE).parts, extent)
    look = fields_of(field_of("acquisition", "model", lambda p: p[:, 0] ** 2, CURVE).parts, extent)
    one = made("field", None, CURVE)
    marks = inside_marks(one, ON, stage, extent, fields=(*mean, *look)).under
    curve, foot = marks
    np.testing.assert_allclose(curve.points[:, 0], curve.points[:, 1])
    assert np.nanmax(foot.points[:, 1]) < extent[2] + 0.2 * (extent[3] - extent[2])


def test_the_step_of_a_profile_is_drawn_along_its_tangent_only_once() -> None:
    one = opened("gradient-descent", 2, CURVE, (1.9,))
    with_tangent = [mark.key for mark in marks_of(one, CURVE)]
    without = View(insides=Insides(on=True), layers=Layers(tangent=False))
    assert "inside:step" not in with_tangent
    assert "inside:step" in [mark.key for mark in marks_of(one, CURVE, without)]


def test_every_method_declares_insides_that_can_be_switched() -> None:
    for name in ("momentum", "adam", "line-search", "random-restarts"):
        declared = declared_insides(method(name).resolved(LAND))
        names = [each.name for each in declared]
        assert len(names) == len(set(names))
        assert {"gradient", "step"} <= set(names)
    assert describe("adam").insides_drawn
