"""The insides and words of descents: what a step is said to be made of is what the run did."""

from __future__ import annotations

import re

import numpy as np
import pytest

from minima_core.landscapes import landscape
from minima_core.methods import describe, method_names
from minima_core.methods.gradient.common_insides import GRADIENT, STEP
from minima_core.methods.insides import Arrow, Ellipse, Glimpse, Polygon, said, said_point
from minima_core.runs import start

LAND = landscape("himmelblau")
TEXTS = (
    "gradient-descent,weight_decay=0.1,clip_norm=5,clip_value=4",
    "sgd,noise=0.5",
    "sgd,noise=0,momentum=0.9,dampening=0.3",
    "sgd,noise=1,momentum=0.8,nesterov=true",
    "momentum",
    "momentum,schedule=one-cycle(total_steps=100)",
    "nesterov",
    "adagrad,lr_decay=0.1",
    "adadelta",
    "rmsprop",
    "rmsprop,momentum=0.9,centered=true,noise=1",
    "adam,schedule=cosine(T_max=50)",
    "adam,schedule=one-cycle(total_steps=100)",
    "adam,amsgrad=true,noise=1",
    "amsgrad",
    "adamw,weight_decay=0.5",
    "adamax",
    "nadam,weight_decay=0.3,decoupled_weight_decay=true",
    "radam",
    "rprop",
    "rprop,noise=1",
    "lion,weight_decay=0.2",
)


def glimpse_of(text: str, step: int, x0: tuple[float, float] = (-3.5, 4.0)) -> Glimpse:
    run = start(LAND, text, x0=x0, seed=1)
    run.advance(step)
    return Glimpse(*run.moments_at(step), run.specification.settings, LAND)


def drawn(glimpse: Glimpse, text: str) -> dict[str, object]:
    insides = describe(text.partition(",")[0]).insides_drawn
    return {each.name: each.of(glimpse) for each in insides}


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("step", [1, 2, 40])
def test_velocity_and_slope_and_decay_add_up_to_the_step(text: str, step: int) -> None:
    glimpse = glimpse_of(text, step)
    assert glimpse.before is not None
    parts = drawn(glimpse, text)
    at = glimpse.before.position
    for name in ("decay", "velocity", "pull-of-slope"):
        arrow = parts.get(name)
        if isinstance(arrow, Arrow):
            if name != "pull-of-slope" or np.any(arrow.tip != arrow.tail):
                np.testing.assert_allclose(arrow.tail, at, rtol=0, atol=1e-12)
            at = arrow.tip
    if isinstance(parts.get("pull-of-slope"), Arrow):
        np.testing.assert_allclose(at, glimpse.now.position, rtol=0, atol=1e-12)


@pytest.mark.parametrize("text", ["rmsprop", "adam", "amsgrad", "adamax", "nadam", "adagrad", "adadelta"])
def test_a_step_ends_on_the_ellipse_of_the_effective_rates(text: str) -> None:
    glimpse = glimpse_of(text, 4)
    ellipse = drawn(glimpse, text)["scales"]
    assert isinstance(ellipse, Ellipse)
    away = np.linalg.solve(ellipse.matrix, glimpse.now.position - ellipse.centre)
    assert np.linalg.norm(away) == pytest.approx(1.0, rel=1e-9)


@pytest.mark.parametrize("text", ["rprop", "lion"])
def test_a_step_of_signs_ends_at_a_corner_of_its_box(text: str) -> None:
    glimpse = glimpse_of(text, 3)
    box = drawn(glimpse, text)["scales"]
    assert isinstance(box, Polygon)
    assert np.abs(box.corners - glimpse.now.position).max(axis=1).min() < 1e-12


@pytest.mark.parametrize("text", TEXTS)
def test_the_sentences_hold_the_numbers_of_the_run(text: str) -> None:
    glimpse = glimpse_of(text, 7)
    before, now = glimpse.before, glimpse.now
    assert before is not None
    narrate = describe(text.partition(",")[0]).narrate
    assert narrate is not None
    stages = narrate(glimpse)
    assert 2 <= len(stages) <= 5
    told = " ".join(stage.sentence for stage in stages)
    for wanted in (
        said_point(before.position),
        said_point(before.gradient),
        said_point(now.position),
        said(before.value),
        said(now.value),
    ):
        assert wanted in told
    if "learning_rate" in now.insides:
        assert f"η = {said(float(now.insides['learning_rate']))}, which its schedule gives" in told
    names = {each.name for each in describe(text.partition(",")[0]).insides_drawn} | {"gradient", "step"}
    for stage in stages:
        assert stage.sentence.endswith(".")
        assert "-" not in re.sub(r"[a-z]-[a-z]", "", stage.sentence)  # true minus signs only
        assert set(stage.shows) <= names


def test_clipping_noise_and_the_border_are_said() -> None:
    narrate = describe("gradient-descent").narrate
    assert narrate is not None
    clipped = " ".join(s.sentence for s in narrate(glimpse_of("gradient-descent,clip_norm=5", 2)))
    assert "Clipping to the length 5 makes it g = " in clipped
    run = start(LAND, "gradient-descent,lr=0.1", x0=(-5.9, 5.9), border="clip")
    run.advance(1)
    glimpse = Glimpse(*run.moments_at(1), run.specification.settings, LAND)
    assert "the border brings it back to (6, −6)" in " ".join(s.sentence for s in narrate(glimpse))
    begun = narrate(Glimpse(None, run.state_at(0), run.specification.settings, LAND))
    assert begun[0].sentence.startswith("It begins at (−5.9, 5.9)")


def test_gradient_points_straight_down_from_where_the_step_began() -> None:
    glimpse = glimpse_of("momentum", 5)
    assert glimpse.before is not None
    down, step = GRADIENT.of(glimpse), STEP.of(glimpse)
    assert isinstance(down, Arrow)
    assert isinstance(step, Arrow)
    np.testing.assert_array_equal(down.tail, glimpse.before.position)
    np.testing.assert_allclose(down.tip - down.tail, -LAND.gradient(glimpse.before.position))
    np.testing.assert_array_equal(step.tip, glimpse.now.position)


def test_every_gradient_method_can_be_told_and_drawn() -> None:
    for name in method_names():
        method = describe(name)
        if method.kind == "gradient":
            assert method.narrate is not None, name
            assert method.insides_drawn, name
            assert all(each.meaning.endswith(".") for each in method.insides_drawn)
