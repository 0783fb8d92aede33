"""Every method's insides and words: shapes that can be drawn, sentences with numbers that were used."""

from __future__ import annotations

import itertools
import math
import re

import numpy as np
import pytest

import minima_core as mc
from minima_core.methods import insides
from minima_core.methods.gradient.common_insides import GRADIENT, STEP
from minima_core.methods.insides import Glimpse, said

STEPS = (0, 1, 2, 8)
ROLES = {
    "inside", "accepted", "refused", "parent", "child", "memory", "model", "trial", "push",
}  # fmt: skip


def lands():
    return {
        "himmelblau": (mc.landscape("himmelblau"), (0.5, -1.0)),
        "curve": (mc.formula("sin(3x) + 0.1x^2", (-4,), (4,)), (2.5,)),
        "sphere": (mc.objective(lambda p: float(p @ p), (-2, -2, -2), (3, 3, 3)), (1.0, -1.5, 2.0)),
    }


@pytest.fixture(scope="module")
def places():
    return lands()


def glimpse_of(run, step):
    before = run.state_at(step - 1) if step else None
    return Glimpse(before, run.state_at(step), run.specification.settings, run.landscape)


def declared(specification):
    """Return what can be drawn of a method: descents have their gradient and step besides."""
    descends = {"gradient", "hessian"} & set(specification.method.uses)
    return (*specification.method.insides_drawn, *((GRADIENT, STEP) if descends else ()))


def check_shape(inside, shape, n):
    """Check a geometry against what its declaration says it is."""
    kinds = {
        "arrow": insides.Arrow, "points": insides.Points, "polygon": insides.Polygon,
        "ellipse": insides.Ellipse, "circle": insides.Circle, "segments": insides.Segments,
        "quadratic": insides.Quadratic, "field": insides.Field,
    }  # fmt: skip
    assert isinstance(shape, kinds[inside.shape]), inside.name
    if inside.shape == "arrow":
        wanted = {"tail": (n,), "tip": (n,)}
    elif inside.shape == "ellipse":
        wanted = {"centre": (n,), "matrix": (n, n)}
    elif inside.shape == "circle":
        wanted = {"centre": (n,)}
        assert shape.radius >= 0
    elif inside.shape == "quadratic":
        wanted = {"centre": (n,), "gradient": (n,), "hessian": (n, n)}
        assert math.isfinite(shape.value)
    elif inside.shape in {"points", "polygon"}:
        wanted = {shape._fields[0]: (len(shape[0]), n)}
    elif inside.shape == "segments":
        wanted = {"ends": (len(shape.ends), 2, n)}
    else:
        wanted = {}
        at = np.random.default_rng(0).uniform(-1, 1, (7, n))
        assert np.shape(shape.at(at)) == (7,), inside.name
    for name, form in wanted.items():
        array = np.asarray(getattr(shape, name), dtype=float)
        assert array.shape == form, (inside.name, name)
        assert np.isfinite(array).all(), (inside.name, name)


@pytest.mark.parametrize("place", ["himmelblau", "curve", "sphere"])
@pytest.mark.parametrize("name", mc.method_names())
def test_insides_can_be_drawn_and_steps_told(name, place, places):
    land, start = places[place]
    run = mc.start(land, name, x0=start, seed=1)
    run.advance(max(STEPS))
    drawn = set()
    for step in STEPS:
        if step > run.step:
            break
        at_work = insides.at_work(run.specification, glimpse_of(run, step))
        names = {each.name for specification, _ in at_work for each in declared(specification)}
        for specification, glimpse in at_work:
            for inside in declared(specification):
                shape = inside.of(glimpse)
                if shape is not None:
                    drawn.add(inside.name)
                    check_shape(inside, shape, land.dimension)
            narrate = specification.method.narrate
            if narrate is None:  # only what drives others may leave the telling to them
                assert specification.driven(land), f"{specification.name} tells nothing"
                continue
            stages = narrate(glimpse)
            assert stages or step == 0 or specification.name != name
            for stage in stages:
                check_sentence(stage.sentence)
                assert set(stage.shows) <= names, (specification.name, stage)
                check_heights(stage.sentence, glimpse, land)
    assert drawn, "nothing of it was drawn in any step"


def check_sentence(sentence):
    """Check that a sentence is one, in the house's typography."""
    assert sentence.strip() == sentence and len(sentence) > 15, sentence
    assert sentence[-1] in ".:!", sentence
    words = re.findall(r"[A-Za-z]+", sentence)
    assert not {"nan", "inf", "None", "array", "NaN"} & set(words), sentence
    assert not re.search(r"(?<![\w)])-\d", sentence), f"a hyphen for a minus: {sentence}"
    for number in re.findall(r"\d+\.\d+", sentence):
        assert len(number.replace(".", "").lstrip("0")) <= 4, f"too many digits: {sentence}"
    assert "e-" not in sentence or not re.search(r"\de-?\d", sentence), sentence


NUMBER = r"−?\d+(?:\.\d+)?(?: × 10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?"
DERIVED = ("expect", "possible", "would")
"""Words of sentences whose heights are a model's, and stand nowhere."""


def numbers_of(moment):
    """Return all numbers that a moment holds."""
    if moment is None:
        return
    yield moment.value
    for known in (moment.insides, *moment.inners):
        for value in known.values():
            yield from np.ravel(np.asarray(value, dtype=float))


def points_of(moment, n):
    """Return all points that a moment holds."""
    if moment is None:
        return
    yield np.asarray(moment.position)
    for known in (moment.insides, *moment.inners):
        for value in known.values():
            array = np.asarray(value, dtype=float)
            if array.ndim and array.shape[-1] == n:
                yield from array.reshape(-1, n)


def check_heights(sentence, glimpse: Glimpse, land):
    """Check that each “f = …” is a number that the method knew, or the height of a point that it knew."""
    claimed = re.findall(rf"(?<!∇)f = ({NUMBER})", sentence)
    if not claimed or any(word in sentence for word in DERIVED):
        return
    moments = (glimpse.before, glimpse.now)
    known = {said(float(each)) for moment in moments for each in numbers_of(moment)}
    missing = [each for each in claimed if each not in known]
    if missing:
        points = itertools.chain(*(points_of(moment, land.dimension) for moment in moments))
        known |= {said(float(land.value(p))) for p in points if np.isfinite(p).all()}
    assert set(claimed) <= known, (sentence, sorted(set(claimed) - known))


def test_declarations_are_complete():
    for name in mc.method_names():
        method = mc.describe(name)
        drives = any(each.scale == "method" for each in method.settings) or method.inners is not None
        assert method.narrate is not None or drives, name
        names = [each.name for each in method.insides_drawn]
        assert len(names) == len(set(names)), name
        for each in method.insides_drawn:
            assert each.role in ROLES, (name, each.name)
            assert each.title[0].isupper() and not each.title.endswith("."), (name, each.title)
            assert each.meaning[0].isupper() and each.meaning.rstrip("”").endswith("."), (name, each.meaning)
