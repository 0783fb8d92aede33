"""Scenes of what is really found out about a landscape: proofs, passes, lakes and lenses in agreement."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from minima_core import document as doc
from minima_core.analysis.barriers import barrier_tree, lakes, lens
from minima_core.analysis.critical import critical_points
from minima_core.document import Exploration, Insight, View
from minima_core.scene import (
    Findings,
    count_words,
    lake_count,
    race_scene,
    stage_of,
    tree_axis,
    tree_scene,
)


@pytest.fixture(scope="module")
def found():
    exploration = doc.with_start(Exploration(doc.place_of("himmelblau")), (0.0, 0.0))
    land = exploration.place.landscape_of()
    critical = critical_points(land)
    return exploration, land, stage_of(land, resolution=(48, 48)), critical, barrier_tree(land, critical)


def test_himmelblau_has_nine_marks_and_says_what_is_proved(found):
    exploration, _, stage, critical, tree = found
    view = View(insight=Insight(critical=True))
    findings = Findings(critical=critical, tree=tree)
    marks = {mark.key: mark for mark in race_scene(exploration, view, stage, {}, 0, findings=findings).marks}
    assert len(marks["minima:global"].points) == 4
    assert len(marks["critical:saddle"].points) == 4
    assert len(marks["critical:maximum"].points) == 1
    assert marks["label:minimum:0"].bold == "global minimum, proved"
    assert marks["label:minimum:0"].text.startswith("0, one of 4 · λ ")
    assert count_words(critical) == "4 minima, all proved"
    where = np.concatenate([marks["critical:saddle"].points, marks["critical:maximum"].points])
    for k in (*marks["critical:saddle"].ids, *marks["critical:maximum"].ids):
        assert np.any(np.all(where == critical.points[k].position, axis=1))


def test_lakes_on_the_map_are_as_many_as_wet_trunks_of_the_tree(found):
    exploration, land, stage, critical, tree = found
    heights = sorted(merge.height for merge in tree.merges)
    levels = [0.5 * heights[0], *(0.5 * (a + b) for a, b in pairwise(heights)), 120.0]
    for level in levels:
        water = lakes(land, level, tree)
        view = View(insight=Insight(flood=level))
        findings = Findings(critical=critical, tree=tree, lakes=water)
        scene = race_scene(exploration, view, stage, {}, 0, findings=findings)
        marks = {mark.key: mark for mark in scene.marks}
        wet = set(np.unique(marks["lakes"].labels)) - {-2}
        assert len(wet) == lake_count(tree, level)
        trunks = tree_scene(tree, view)
        line = next(mark for mark in trunks.marks if mark.key == "drag:flood")
        assert tree_axis(tree).loss(line.points[0, 1]) == pytest.approx(level)
        crossed = sum(height <= level for height in heights)
        assert len(marks["passes:crossed"].points if crossed else ()) == crossed


def test_the_lens_around_a_local_minimum_touches_lower_ground():
    exploration = doc.with_start(Exploration(doc.place_of("two-wells")), (0.0, 0.0))
    land = exploration.place.landscape_of()
    local = critical_points(land).minima[1]
    view = View(insight=Insight(lens=tuple(local.position.tolist())))
    glass = lens(land, local.position, None)
    scene = race_scene(
        exploration, view, stage_of(land, resolution=(32, 32)), {}, 0, findings=Findings(lens=glass)
    )
    marks = {mark.key: mark for mark in scene.marks}
    touched = marks["lens:touching"].points[0]
    assert np.linalg.norm(touched - local.position) == pytest.approx(glass.radius, rel=1e-6)
    rim = marks["lens:rim"].points
    assert np.abs(np.hypot(*(rim - touched).T)).min() < 0.05 * glass.radius
    assert marks["label:lens"].bold.startswith("lowest within ")
