"""Whether a cure helped: said with numbers, of one start and of several; not where it cannot be said."""

from __future__ import annotations

import dataclasses
import re

import pytest

import minima_core as mc
from minima_core.landscapes.changes import Changes, changed
from minima_core.runs.helped import compare_ends, end_of, not_comparable

WELLS = mc.landscape("two-wells")


def end(method, x0=(-1.15, 1.6), steps=260, land=WELLS, **more):
    run = mc.start(land, method, x0=x0, seed=0, **more)
    run.advance(steps)
    return end_of(land, run.specification, run.record, run.verdict, steps)


def said(before, after, land=WELLS):
    return compare_ends(land, [before], [after])


STUCK = end("gradient-descent,lr=0.03")
BEST = end("adam,lr=0.1")


def test_lower_is_help_with_gap_place_and_cost():
    better = said(STUCK, BEST)
    assert better.judgement == "helped"
    assert better.sentence == "Helped: ends 0.549 lower, at the global minimum, with as many evaluations."
    worse = said(BEST, STUCK)
    assert worse.judgement == "no"
    assert worse.sentence.startswith("Did not help: ends 0.549 higher, in a local minimum")
    proved = said(STUCK, dataclasses.replace(BEST, proved=True, evaluations=round(1.4 * STUCK.evaluations)))
    assert proved.sentence.endswith("at the global minimum (proved), with 1.4 × the evaluations.")
    assert "lowest minimum found" in said(STUCK, dataclasses.replace(BEST, found=True)).sentence


def test_a_little_lower_in_the_same_valley_is_hardly_help():
    found = said(STUCK, dataclasses.replace(STUCK, value=STUCK.value - 0.001))
    assert found.judgement == "no"
    assert found.sentence.startswith("Hardly helped: ends 0.001 lower, in a local minimum")
    slow = dataclasses.replace(STUCK, state="crawling")
    assert said(slow, dataclasses.replace(STUCK, value=STUCK.value - 0.001)).judgement == "helped"


def test_chance_is_said():
    found = said(STUCK, end("random-restarts", steps=1500))
    assert found.sentence.startswith("Helped, with this seed: ends 0.549 lower")
    assert "× the evaluations" in found.sentence


def test_what_wanders_counts_by_its_level_and_not_by_a_lucky_step():
    noisy = end("sgd,lr=0.1,noise=0.5", (1.5, 1.0), 400)
    calm = end("sgd,lr=0.01,noise=0.5", (1.5, 1.0), 400)
    assert noisy.wanders
    assert noisy.state == "wandering"
    level = mc.start(WELLS, "sgd,lr=0.1,noise=0.5", x0=(1.5, 1.0), seed=0)
    level.advance(400)
    assert noisy.value == pytest.approx(level.verdict.numbers["level"], rel=0.2)
    assert " lower on average, " in said(noisy, calm).sentence
    assert said(noisy, calm).sentence.startswith("Helped, with this seed: ")


def test_as_low_and_sooner():
    slow = end("gradient-descent,lr=0.01", (1.5, 1.0), 1000)
    fast = end("gradient-descent,lr=0.2", (1.5, 1.0), 1000)
    assert said(slow, fast).sentence.startswith("Helped: as low as before, and there after")
    assert said(fast, slow).sentence.startswith("Did not help: ends as low as before, at the global minimum")


def test_runs_that_are_gone():
    land = mc.landscape("parabola")
    gone = end("gradient-descent,lr=1.3", (-1.0,), land=land)
    there = end("gradient-descent,lr=0.3", (-1.0,), land=land)
    helped = said(gone, there, land)
    assert helped.judgement == "helped"
    assert helped.sentence.startswith("Helped: it stays in the region, and ends at the global minimum.")
    assert said(there, gone, land).sentence == "Did not help: it left the region."
    assert said(gone, gone, land).sentence == "Did not help: it left the region too."


def test_rows_beyond_the_race_do_not_count():
    run = mc.start(WELLS, "adam,lr=0.1", x0=(-1.15, 1.6))
    run.advance(400)
    early = end_of(WELLS, run.specification, run.record, run.verdict, 10)
    assert early.evaluations == run.record.evaluations[10]
    assert early.value == run.record.values[10]
    assert early.there == float("inf")


@pytest.mark.parametrize(
    ("ends", "begins"),
    [
        (
            [BEST, BEST, BEST],
            "Helped from 3 of 3 starts, and hurt from none; at the global minimum from 3, before",
        ),
        (
            [STUCK, STUCK, STUCK],
            "Did not help: ends lower from none of 3 starts; at the global minimum from 0",
        ),
        ([BEST, STUCK, end("gradient-descent,lr=3")], "Mixed: ends lower from 1 of 3 starts, higher from 1;"),
    ],
)
def test_several_starts_are_paired(ends, begins):
    found = compare_ends(WELLS, [STUCK] * 3, ends)
    assert found.sentence.startswith(begins)
    assert ("may be chance" in found.sentence) == (found.judgement != "no")


def test_many_starts_that_agree_are_no_chance():
    assert "chance" not in compare_ends(WELLS, [STUCK] * 7, [BEST] * 7).sentence
    assert "chance" in compare_ends(WELLS, [STUCK] * 5, [BEST] * 5).sentence


def test_another_landscape_is_not_compared_by_its_own_loss():
    smooth = changed(WELLS, Changes(smoothing=0.15))
    found = not_comparable(WELLS, [STUCK], [end("gradient-descent,lr=0.03", land=smooth, steps=600)])
    assert found.judgement == "incomparable"
    assert found.sentence.startswith("Not comparable: the landscape changed. Measured without the change,")
    assert re.search(r"lies 0\.\d+ (lower|higher) than before\.$", found.sentence)
