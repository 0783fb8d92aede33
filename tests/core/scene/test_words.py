"""Numbers, ticks and sentences read as a person would write them."""

from __future__ import annotations

import math
from types import SimpleNamespace

import pytest

from minima_core import document as doc
from minima_core.landscapes import landscape
from minima_core.scene import (
    caption_of,
    legend_of,
    line_words,
    linear_ticks,
    log_ticks,
    method_words,
    number,
    point,
    reading_of,
    settings_words,
    times,
    verdict_words,
    whole,
)
from minima_core.scene.ticks import nice_step, nice_upper
from minima_core.scene.track import Track


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (0.39015, "0.39"),
        (-0.2928, "−0.293"),
        (-0.000321, "−3.21e−4"),
        (0.001, "0.001"),
        (999.6, "1000"),
        (99_999.9, "1e5"),
        (12_345.0, "12\u202f300"),
        (6.02e23, "6.02e23"),
        (0.0, "0"),
        (-0.0, "0"),
        (math.nan, "undefined"),
        (-math.inf, "−∞"),
    ],
)
def test_numbers_have_three_significant_digits_and_true_minus_signs(x, text):
    assert number(x) == text


def test_counts_and_points():
    assert whole(10_000_000) == "10\u202f000\u202f000"
    assert [times(1), times(7), times(31_400), times(2_000_000)] == ["×1", "×7", "×31.4k", "×2M"]
    assert point((-1.15, 1.6)) == "(−1.15, 1.6)"


def test_ticks_are_round_and_inside():
    for low, high in ((-1.0, 1.0), (0.0, 260.0), (-0.293, 2.25), (1e-7, 3e-7), (0.0, 1e8), (-5.12, 5.12)):
        ticks = linear_ticks(low, high)
        assert 3 <= sum(bool(tick.text) for tick in ticks) <= 11
        assert all(low - 1e-9 * abs(low) <= tick.at <= high * (1 + 1e-9) for tick in ticks)
        words = [tick.text for tick in ticks if tick.text]
        assert len(set(words)) == len(words)
    assert linear_ticks(1.0, 1.0) == ()
    assert linear_ticks(math.nan, 1.0) == ()
    assert [tick.text for tick in log_ticks(-3, 1) if tick.text] == ["0.001", "0.01", "0.1", "1", "10"]
    assert [tick.text for tick in log_ticks(-4, 1, 6) if tick.text][::2] == ["10⁻⁴", "10⁻²", "10⁰"]
    assert len([tick for tick in log_ticks(-300, 10, 4) if tick.text]) <= 6
    assert nice_step(1.0, 5) == pytest.approx(0.2)
    assert nice_upper(201) == 500


def test_settings_say_what_tells():
    land = landscape("two-wells")
    resolved = doc.add_entry(doc.Exploration(doc.place_of("two-wells")), "adam,lr=0.05,beta2=0.99")
    assert settings_words(resolved.entries[0].segments[0].method, land) == "lr 0.05 · β₁ 0.9 · β₂ 0.99"
    assert "λ 0.1" in settings_words("adam,lr=0.05,weight_decay=0.1", land)
    assert settings_words("gradient-descent,lr=0.03,noise=0") == "lr 0.03"
    assert settings_words("simulated-annealing,temperature=0.5,end_temperature=0.01") == "T 0.5 → 0.01"
    assert settings_words("random-restarts,local=adam(lr=0.1)").startswith("Adam (lr 0.1")


def verdict(state: str, sentence: str) -> SimpleNamespace:
    return SimpleNamespace(state=state, sentence=sentence, numbers={})


def test_verdicts_are_phrases(record):
    import numpy as np

    track = Track((-1.0, -1.0), (1.0, 1.0))
    track.extend(record(np.full((11, 2), 0.5)))
    local = verdict("local minimum", "At the local minimum, 0.39 above the best, after 300 steps.")
    assert verdict_words([(local, 10, track)], 10) == (
        "at the local minimum, 0.39 above the best, after 300 steps"
    )
    assert verdict_words([(local, 10, track)], 4) == "loss 0.5 at step 4"
    assert verdict_words([(None, 10, track)], 10) == "running, loss 0.5"
    assert verdict_words([(None, 0, track)], 0) == "loss 0.5 at step 0", "nothing runs yet"
    assert verdict_words([], 10) == "waiting for a start"
    assert verdict_words([(None, 0, None)], 10) == "being prepared"
    best = verdict("global minimum", "At the global minimum.")
    assert verdict_words([(best, 9, None), (local, 9, None), (best, 9, None), (None, 9, None)], 9) == (
        "2 of 4 at the best, 1 in a local minimum, 1 running"
    )


def test_several_runs_that_agree_are_said_together():
    a, the = (verdict("global minimum", f"at {which} global minimum, step 9") for which in ("a", "the"))
    assert verdict_words([(the, 9, None)] * 2, 9) == "both at the best"
    assert verdict_words([(a, 9, None)] * 3, 9) == "all 3 at the best"


def test_captions_are_made_from_what_ran(wells):
    local = verdict("local minimum", "At the local minimum, 0.39 above the best.")
    land = landscape("two-wells")
    legend = legend_of(wells, 100, {(0, 0): local}, {}, land)
    assert [line.name for line in legend.lines] == ["Gradient descent", "Adam"]
    assert caption_of(wells, legend, 100) == "From (−1.15, 1.6), 100 steps, seed 0."
    assert caption_of(wells, legend, 100, "f(x) = x²").startswith("f(x) = x². From")
    ripples = doc.Exploration(doc.place_of("bumpy-parabola"), starts=(doc.Start((1.0,)),), steps=9)
    parameters = caption_of(ripples, legend_of(ripples, 9, {}, {}), 9, "f(x) = x² + a cos(x)")
    assert parameters.startswith("f(x) = x² + a cos(x), a = ")
    alone = doc.with_border(doc.toggle(wells, 1), "clip")
    assert caption_of(alone, legend_of(alone, 1, {(0, 0): local}, {}, land), 1) == (
        "From (−1.15, 1.6), 1 step, seed 0, border: clip. "
        "Gradient descent, lr 0.03: at the local minimum, 0.39 above the best."
    )


def test_the_reading_has_a_kind_word():
    land = landscape("two-wells")
    at_best = reading_of(land, land.minima[0])
    assert at_best.word == "bowl-like"
    assert at_best.gradient_norm == pytest.approx(0, abs=1e-9)
    assert reading_of(landscape("saddle"), (0.0, 0.0)).word == "saddle-like"
    assert reading_of(landscape("parabola"), (0.3,)).word == "curved upwards"


def test_no_two_lines_of_a_race_are_called_alike(wells):
    land = wells.place.landscape_of()
    twins = doc.duplicate_entry(wells, 1)
    twin = twins.entries[-1].id
    words = line_words(twins, 0, land)
    assert words[1][0] == "Adam" and words[twin][0] == "Adam 2"
    assert words[1][1] == words[twin][1]
    told = doc.change_setting(twins, twin, 0, {"lr": 0.2})
    assert [name for name, _ in line_words(told, 0, land).values()] == ["Gradient descent", "Adam", "Adam"]
    several = {"clip_norm": 2.0, "clip_value": 3.0, "weight_decay": 0.1}
    hidden = doc.change_setting(doc.change_setting(twins, 1, 0, several), twin, 0, {**several, "noise": 0.5})
    same, other = (settings_words(entry.segments[0].method, land) for entry in hidden.entries[1:])
    assert same == other  # so many settings that not all are said
    words = line_words(hidden, 0, land)
    assert words[1] == ("Adam", "σ 0 · lr 0.05 · λ 0.1 · c 2")
    assert words[twin] == ("Adam", "σ 0.5 · lr 0.05 · λ 0.1 · c 2")
    names = [line.name for line in legend_of(twins, 0, {}, {}, land).lines]
    assert names == ["Gradient descent", "Adam", "Adam 2"]


def test_of_an_inner_method_only_what_was_changed_is_said():
    land = landscape("two-wells")
    assert settings_words("basin-hopping,local=l-bfgs", land).startswith("L-BFGS · ")
    assert settings_words("basin-hopping,local=l-bfgs(history_size=7)", land).startswith("L-BFGS (m 7) · ")


def test_a_method_is_named_with_its_settings():
    assert method_words("gradient-descent,lr=0.03") == "Gradient descent, lr 0.03"


def test_a_verdict_calls_the_lowest_minimum_global_once_that_is_proved():
    for found, name in (
        ("At the lowest minimum found, step 12.", "at the global minimum, step 12"),
        ("At one of the lowest minima found, step 12.", "at a global minimum, step 12"),
    ):
        verdict = SimpleNamespace(state="global minimum", sentence=found)
        assert verdict_words([(verdict, 20, None)], 20, proved=True) == name
        assert "found" in verdict_words([(verdict, 20, None)], 20)
