"""Passes, the tree of lakes, lower ground and the lens, against floods and searches done the slow way."""

from __future__ import annotations

import numpy as np
import pytest

from minima_core.analysis.barriers import barrier_tree, lakes, lens
from minima_core.analysis.critical import CriticalPoints, critical_points
from minima_core.landscapes import formula, landscape, objective


def meeting_heights(land, positions, nodes):
    """Return at which level the lakes of every two minima meet, on a grid: the slow and obvious way."""
    x, y = (np.linspace(land.lower[i], land.upper[i], nodes) for i in (0, 1))
    f = land.value_on(x[None, :], y[:, None])
    parent = -np.ones(f.size, dtype=int)

    def lake(node):
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    starts = [int(np.abs(y - p[1]).argmin()) * nodes + int(np.abs(x - p[0]).argmin()) for p in positions]
    members: dict[int, set[int]] = {}
    heights = np.full((len(positions), len(positions)), np.inf)
    for node in np.argsort(f, axis=None, kind="stable").tolist():
        row, column = divmod(node, nodes)
        parent[node] = node
        inside = {k for k, start in enumerate(starts) if start == node}
        for i in range(max(row - 1, 0), min(row + 2, nodes)):
            for j in range(max(column - 1, 0), min(column + 2, nodes)):
                if parent[i * nodes + j] >= 0 and lake(i * nodes + j) != node:
                    root = lake(i * nodes + j)
                    others = members.pop(root, set())
                    for a in inside:
                        for b in others:
                            heights[a, b] = heights[b, a] = f.ravel()[node]
                    inside |= others
                    parent[root] = node
        members[node] = inside
    return heights


def heights_of(tree):
    """Return at which level the lakes of every two minima meet, by the tree."""
    count = len(tree.minima)
    members = {i: [i] for i in range(count)}
    heights = np.full((count, count), np.inf)
    for number, merge in enumerate(tree.merges):
        for a in members[merge.left]:
            for b in members[merge.right]:
                heights[a, b] = heights[b, a] = merge.height
        members[count + number] = members[merge.left] + members[merge.right]
    return heights


LANDS = {
    "himmelblau": ("(x^2+y-11)^2 + (x+y^2-7)^2", 6.0),
    "camel": ("(4-2.1x^2+x^4/3)x^2+x y+(-4+4y^2)y^2", 2.0),
    "waves": ("sin(2x) cos(3y) + 0.1 (x^2 + y^2) + 0.2 sin(5x+y)", 3.0),
    "cap": ("-(x^2) - 0.5 y^2 + 0.1 x + 0.05 y", 1.0),
    "kinks": ("min((x-1)^2 + y^2, (x+1)^2 + (y-0.3)^2 + 0.2, x^2 + (y+1.4)^2 + 0.1)", 2.0),
}


@pytest.mark.parametrize("name", LANDS)
def test_the_tree_agrees_with_a_flood(name):
    text, half = LANDS[name]
    land = formula(text, (-half, -half), (half, half))
    critical = critical_points(land)
    tree = barrier_tree(land, critical)
    assert len(tree.merges) == len(tree.passes) == len(tree.minima) - 1
    nodes = 71
    slow = meeting_heights(land, [each.position for each in tree.minima], nodes)
    ours = heights_of(tree)
    apart = ~np.eye(len(slow), dtype=bool)
    steepest = max(np.abs(land.gradient(each.position)).max() for each in tree.passes)
    slack = (half / nodes) ** 2 * 400 + steepest * 2 * half / nodes
    assert ours[apart] == pytest.approx(slow[apart], abs=slack)


@pytest.mark.parametrize("name", ["himmelblau", "camel", "waves"])
def test_passes_are_saddles_or_lie_on_the_border(name):
    text, half = LANDS[name]
    land = formula(text, (-half, -half), (half, half))
    tree = barrier_tree(land)
    assert [each.value for each in tree.passes] == sorted(each.value for each in tree.passes)
    for each, merge in zip(tree.passes, tree.merges, strict=True):
        assert merge.height == each.value == pytest.approx(land.value(each.position))
        assert tree.passes[merge.pass_index] is each
        assert each.joins[0] < each.joins[1]
        if each.on_border:
            assert (np.abs(each.position) == half).any()
        else:
            assert np.abs(land.gradient(each.position)).max() < 1e-6
            low, high = np.linalg.eigvalsh(land.hessian(each.position))
            assert low < 0 < high


def test_a_cap_has_its_passes_on_the_border():
    land = formula(LANDS["cap"][0], (-1, -1), (1, 1))
    tree = barrier_tree(land)
    assert [each.on_border for each in tree.passes] == [True] * 3
    assert tree.passes[0].position == pytest.approx((-1, 0.05), abs=1e-6)


def test_a_pass_at_a_kink_is_looked_at_closely():
    land = formula("min((x-2)^2+y^2, (x+2)^2+y^2+0.5)", (-5, -4), (5, 4))
    (only,) = barrier_tree(land).passes
    assert only.position == pytest.approx((-1 / 16, 0), abs=1e-3)
    assert only.value == pytest.approx((2 + 1 / 16) ** 2, abs=5e-3)


def test_prominence_and_isolation():
    land = landscape("two-wells")
    tree = barrier_tree(land)
    low, high = tree.minima
    (way,) = tree.passes
    assert (
        np.isinf(tree.prominence[0]) and np.isinf(tree.isolation[0]) and np.isnan(tree.lower_ground[0]).all()
    )
    assert tree.prominence[1] == pytest.approx(way.value - high.value)
    at = tree.lower_ground[1]
    assert land.value(at) == pytest.approx(high.value, abs=1e-6)
    assert np.linalg.norm(at - high.position) == pytest.approx(tree.isolation[1])
    angles = np.linspace(0, 2 * np.pi, 2000)
    for share, lower in ((0.999, False), (1.002, True)):
        ring = high.position + share * tree.isolation[1] * np.column_stack((np.cos(angles), np.sin(angles)))
        ring = ring[((ring >= land.lower) & (ring <= land.upper)).all(axis=1)]
        assert (land.value(ring).min() < high.value) == lower
    assert low.is_global


def test_equal_minima_have_no_lower_ground():
    tree = barrier_tree(landscape("himmelblau"))
    assert np.isinf(tree.isolation).all()
    assert np.isinf(tree.prominence[0]) and np.isfinite(tree.prominence[1:]).all()


def test_a_hundred_and_twenty_one_lakes():
    land = landscape("rastrigin")
    tree = barrier_tree(land)
    assert len(tree.minima) == 121 and len(tree.merges) == 120
    assert tree.prominence[1:].min() > 0
    # Of the nearest neighbours the middle one is lower by 0.99; its well is reached before its bottom.
    assert tree.isolation[1:5] == pytest.approx(tree.isolation[1], rel=1e-6)
    assert tree.isolation[1] == pytest.approx(0.9242, abs=1e-3)


def test_lakes_meet_exactly_at_passes():
    land = landscape("himmelblau")
    tree = barrier_tree(land)
    for k, each in enumerate(tree.passes):
        below, above = (lakes(land, each.value * (1 + s), tree, (200, 160)) for s in (-1e-9, 1e-9))
        assert below.labels.shape == (160, 200)
        count = [len(set(water.labels.ravel().tolist()) - {-1}) for water in (below, above)]
        assert count == [4 - k, 3 - k]
        assert land.value(below.shore[np.isfinite(below.shore[:, 0])]) == pytest.approx(each.value, rel=0.02)
    nothing = lakes(land, -1.0, tree, (50, 50))
    assert (nothing.labels == -1).all() and len(nothing.shore) == 0
    assert (lakes(land, 1e9, tree, (50, 50)).labels == 0).all()


def test_one_variable():
    land = formula("sin(3x) + 0.1x^2", (-5,), (5,))
    tree = barrier_tree(land)
    count = len(tree.minima)
    assert len(tree.passes) == count - 1 == 5
    for each in tree.passes:
        assert abs(land.gradient(each.position)[0]) < 1e-4
    order = sorted(each.position[0] for each in tree.minima)
    tops = sorted(each.position[0] for each in tree.passes)
    assert all(a < top < b for a, top, b in zip(order, tops, order[1:], strict=False))
    k = 1
    reach = tree.isolation[k]
    assert land.value(tree.lower_ground[k]) == pytest.approx(tree.minima[k].value, abs=1e-4)
    assert abs(tree.lower_ground[k][0] - tree.minima[k].position[0]) == pytest.approx(reach)
    water = lakes(land, tree.merges[0].height + 1e-6, tree, (100,))
    assert water.labels.shape == (100,) and 0 in water.labels


def test_ground_that_is_cut_in_two_has_two_trees():
    land = formula("(abs(x)-1.5)^2 + y^2 + 0.1x + 0*log(abs(x)-0.5)", (-3, -3), (3, 3))
    tree = barrier_tree(land)
    assert len(tree.minima) == 2 and tree.merges == () and np.isinf(tree.prominence).all()
    assert len(set(lakes(land, 5.0, tree, (64, 64)).labels.ravel().tolist()) - {-1}) == 2


def test_the_lens():
    land = landscape("two-wells")
    tree = barrier_tree(land)
    high = tree.minima[1]
    widest = lens(land, high.position + 0.01)  # is drawn to the minimum
    assert widest.position == pytest.approx(high.position, abs=1e-6)
    assert widest.reach == pytest.approx(tree.isolation[1], rel=1e-6)
    assert widest.radius == widest.reach and widest.lowest_within
    assert widest.touching == pytest.approx(tree.lower_ground[1], abs=1e-4)
    small, large = (lens(land, high.position, share * widest.reach) for share in (0.9, 1.1))
    assert small.lowest_within and small.touching is None
    assert not large.lowest_within and large.touching is not None
    everywhere = lens(land, tree.minima[0].position, 1.0)
    assert np.isinf(everywhere.reach) and everywhere.lowest_within and everywhere.touching is None
    slope = lens(land, (0.5, 1.5), 0.5)
    assert not slope.lowest_within and slope.reach < 0.01
    with pytest.raises(ValueError, match="middle of a lens"):
        lens(land, (1.0,))


def test_a_callable_and_three_variables():
    def f(p):
        return (p[0] ** 2 - 1) ** 2 + p[1] ** 2 + 0.1 * p[0]

    exact = formula("(x^2-1)^2 + y^2 + 0.1x", (-2, -2), (2, 2))
    same = objective(f, exact.lower, exact.upper)
    critical = critical_points(exact)
    (ours,), (theirs,) = (barrier_tree(each, critical).passes for each in (exact, same))
    minima = critical.minima
    without = CriticalPoints(minima, False, np.empty((0, 2, 2)), None, False, 0, 0.0, "search", "")
    (searched,) = barrier_tree(same, without).passes
    assert searched.value == pytest.approx(ours.value, abs=1e-3)
    assert theirs.value == pytest.approx(ours.value, abs=1e-3)
    assert theirs.position == pytest.approx(ours.position, abs=1e-2)
    with pytest.raises(ValueError, match="one or two variables"):
        barrier_tree(landscape("rastrigin", dimension=3))


def test_it_tells_how_far_it_is_and_can_be_cancelled():
    told: list[float] = []
    land = landscape("himmelblau")
    tree = barrier_tree(land, critical_points(land), progress=told.append, cancel=lambda: True)
    assert told == sorted(told) and told[-1] == 1.0
    assert np.isnan(tree.isolation).all() and len(tree.merges) == 3
