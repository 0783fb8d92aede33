"""Races in the window: settings on the way, going on, restarts, annealing by hand, long and broken runs."""

from __future__ import annotations

import time

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest

from minima_core.document import Document, Exploration, Place, Start, View, add_entry, place_of
from tests.e2e.hand import Hand, pause, wait

Key = Qt.Key


def only(hand: Hand, *methods: str, landscape: str = "two-wells", steps: int = 200) -> None:
    """Open a race of these methods and let it come to rest at step 0."""
    place = place_of(landscape)
    start = tuple(float(p) for p in place.landscape_of().start)
    race(hand, place, start, *methods, steps=steps)


def race(hand: Hand, place: Place, start: tuple[float, ...], *methods: str, steps: int = 200) -> None:
    """Open a race on a place."""
    exploration = Exploration(place=place, starts=(Start(start),), steps=steps)
    for method in methods:
        exploration = add_entry(exploration, method)
    hand.window.commands.open_document(Document(1, exploration, View()))
    hand.window.player.scrub(0)
    hand.settle()


def position(hand: Hand, name: str, step: int) -> np.ndarray:
    """Where a line of the race is at a step."""
    return np.array(hand.window.projector.tracks[hand.line(name).id, 0].at(step)[1])


# -- settings --------------------------------------------------------------------------------------------


def test_a_setting_changes_mid_run_without_resetting_it(hand: Hand) -> None:
    hand.play_to_the_end()
    hand.window.player.scrub(60)
    pause(40)
    before = [position(hand, "adam", k) for k in (0, 30, 60, 200)]
    hand.window.deck.race.setting_changed.emit(hand.line("adam").id, "lr", 0.2, True)
    assert hand.window.player.step == 60
    assert "step 60" in hand.window.deck.toast.text()
    hand.settle()
    assert [segment.step for segment in hand.line("adam").segments] == [0, 60]
    for k, step in enumerate((0, 30, 60)):
        assert np.array_equal(position(hand, "adam", step), before[k])
    assert not np.array_equal(position(hand, "adam", 200), before[3])


def test_from_the_start_instead(hand: Hand) -> None:
    hand.play_to_the_end()
    hand.window.player.scrub(60)
    hand.window.deck.race.setting_changed.emit(hand.line("adam").id, "lr", 0.2, True)
    hand.click(hand.window.deck.toast.link, hand.window.deck.toast.link.rect().center())
    assert [segment.step for segment in hand.line("adam").segments] == [0]
    assert "lr=0.2" in hand.line("adam").segments[0].method


def test_a_setting_is_typed_in_its_unfolded_line(hand: Hand) -> None:
    widget = hand.window.deck.race.line(hand.line("adam").id)
    head = widget.head
    QTest.mouseClick(head.fold, Qt.MouseButton.LeftButton)
    pause(30)
    editor = widget.settings.editor("lr")
    assert editor.isVisible()
    field = editor.control.field
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "0.123")
    QTest.keyClick(field, Key.Key_Return)
    assert "lr=0.123" in hand.line("adam").segments[-1].method
    field.selectAll()
    QTest.keyClicks(field, "-7")
    QTest.keyClick(field, Key.Key_Return)
    assert "lr=0.123" in hand.line("adam").segments[-1].method
    assert editor.problem.isVisible()


def test_the_chip_takes_a_method_out_of_the_race_and_back(hand: Hand) -> None:
    line = hand.line("adam").id
    head = hand.window.deck.race.line(line).head
    at = head._chip_rect().center().toPoint()
    hand.click(head, at)
    assert not hand.exploration.entry(line).enabled
    hand.settle()
    assert (line, 0) not in hand.window.projector.tracks
    hand.click(head, at)
    hand.settle()
    assert (line, 0) in hand.window.projector.tracks


def test_five_learning_rates_side_by_side(hand: Hand) -> None:
    only(hand, "adam")
    line = hand.line("adam").id
    for k in range(4):
        hand.window.deck.race.duplicated.emit(line)
        hand.window.deck.race.setting_changed.emit(hand.window.session.view.selected, "lr", 0.01 * 3**k, True)
    hand.play_to_the_end()
    ends = {tuple(np.round(t.at(40)[1], 9)) for t in hand.window.projector.tracks.values()}
    assert len(ends) == 5


def test_going_on_with_another_method(hand: Hand) -> None:
    hand.play_to_the_end()
    assert "local minimum" in hand.verdicts()["Gradient descent"]
    line, steps = hand.line("gradient-descent").id, hand.exploration.steps
    there = position(hand, "gradient-descent", steps)
    hand.window.deck.race.go_on_requested.emit(line, "simulated-annealing")
    assert hand.exploration.steps > steps
    hand.play_to_the_end()
    track = hand.window.projector.tracks[line, 0]
    assert np.array_equal(track.at(steps)[1], there), "it goes on from where it was"
    assert track.last == hand.exploration.steps
    hand.key(Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert hand.exploration.steps == steps


# -- restarts and annealing ------------------------------------------------------------------------------


def test_restarts_count_how_often_each_end_was_reached(hand: Hand) -> None:
    only(hand, "random-restarts,local=adam(lr=0.05),steps_per_loop=100", landscape="himmelblau", steps=1500)
    hand.play_to_the_end()
    line = hand.line("random-restarts").id
    run = hand.window.engine.published[line, 0]
    assert len(run.record.ends) >= 10
    scene = hand.window.projector.scenes(1500).race
    assert any("×" in f"{getattr(mark, 'bold', '')} {getattr(mark, 'text', '')}" for mark in scene.marks)
    trace = hand.window.projector.scenes(1500).trace
    assert any("best" in series.key for series in trace.series), [series.key for series in trace.series]


def test_the_temperature_is_held_and_raised_by_hand(hand: Hand) -> None:
    only(hand, "simulated-annealing", steps=400)
    hand.play_to_the_end()
    hand.window.player.scrub(100)
    line = hand.line("simulated-annealing").id
    emit = hand.window.deck.race.setting_changed.emit
    emit(line, "hold", True, False)
    emit(line, "temperature", 2.5, True)
    hand.settle()
    track = hand.window.projector.tracks[line, 0]
    assert track.inside("temperature", 99) < 2.5
    assert [track.inside("temperature", step) for step in (150, 250, 350)] == [2.5] * 3
    assert hand.window.projector.live_values(200)[line]["temperature"] == 2.5
    hand.key(Key.Key_Z, Qt.KeyboardModifier.ControlModifier, times=2)
    hand.settle()
    assert hand.window.projector.tracks[line, 0].inside("temperature", 350) < 2.5


# -- time ------------------------------------------------------------------------------------------------


def test_scrubbing_shows_the_step_one_is_at(hand: Hand) -> None:
    hand.play_to_the_end()
    slider = hand.window.deck.timeline.slider
    hand.click(slider, QPoint(slider.width() // 2, slider.height() // 2))
    step = hand.window.player.step
    assert 80 < step < 180
    assert not hand.window.player.playing
    wait(lambda: hand.window.projector.shown == step, "the picture of the step")
    hand.drag(slider, slider.rect().center(), slider.rect().center() - QPoint(slider.width() // 4, 0))
    assert hand.window.player.step < step


def test_the_trace_scrubs_too(hand: Hand) -> None:
    hand.play_to_the_end()
    trace = hand.window.deck.trace
    hand.click(trace, trace.rect().center())
    assert 0 < hand.window.player.step < hand.exploration.steps


def test_ten_million_steps_keep_the_window_answering(hand: Hand) -> None:
    only(hand, "gradient-descent", "adam", "simulated-annealing")
    gaps: list[float] = []
    last = [time.thread_time()]

    def beat() -> None:
        now = time.thread_time()  # of the window's own thread: others may keep the machine busy
        gaps.append(now - last[0])
        last[0] = now

    timer = QTimer()
    timer.setInterval(5)
    timer.timeout.connect(beat)
    hand.window.player.speed = 0.0
    hand.window.deck.timeline.end_changed.emit(10_000_000)
    last[0] = time.thread_time()
    timer.start()
    wait(lambda: hand.window.player.step >= 10_000_000, "ten million steps", 90_000)
    timer.stop()
    tracks = hand.window.projector.tracks
    wait(lambda: all(track.last == 10_000_000 for track in tracks.values()), "the last rows")
    assert len(gaps) > 20
    assert sorted(gaps)[int(0.95 * len(gaps))] < 0.15, sorted(gaps)[-10:]
    for track in tracks.values():
        assert len(track.record) <= 65_536
    hand.window.gestures.scrub(1234)
    wait(lambda: hand.window.projector.shown == 1234, "an early step")


# -- what is not finite ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "start"),
    [("1/(x*y)", (0.5, 0.5)), ("-exp(x^2+y^2)", (1.5, 1.5))],
)
def test_values_that_break_end_a_run_with_a_verdict(
    hand: Hand, formula: str, start: tuple[float, ...]
) -> None:
    place = Place(None, formula, (-2.0, -2.0), (2.0, 2.0))
    race(hand, place, start, "gradient-descent,lr=0.5", "adam,lr=0.1", "simulated-annealing", steps=300)
    hand.play_to_the_end()
    assert all(verdict and "nan" not in verdict for verdict in hand.verdicts().values())
    ended = [p for p in hand.window.engine.published.values() if p.ended]
    assert all(p.verdict.sentence.strip() for p in ended)
    assert hand.window.grab().width() > 0


def test_one_variable_rolls_on_a_curve(hand: Hand) -> None:
    hand.window.gestures.choose("tilted-double-well")
    hand.play_to_the_end()
    deck = hand.window.deck
    assert deck.profile.isVisible()
    assert not deck.surface.isVisible()
    hand.click(deck.profile, hand.pixel((-1.0, deck.profile.region[3] * 0.5 + deck.profile.region[2] * 0.5)))
    assert hand.starts[0] == pytest.approx((-1.0,), abs=0.03)
    hand.play_to_the_end()
    hand.window.do("opening")
    wait(deck.surface.isVisible, "the surface again")


def test_a_start_outside_the_region_is_refused_in_the_window(hand: Hand) -> None:
    before = hand.exploration
    hand.wheel(hand.window.deck.map, hand.pixel((0.0, 0.0)), -4)
    pause(150)
    hand.click(hand.window.deck.map, hand.pixel((-5.0, 0.0)))
    assert hand.exploration is before
    assert "outside the region" in hand.window.deck.toast.text()
    hand.key(Key.Key_F)


def test_when_frames_are_late_views_and_trace_take_turns_and_nothing_is_left_behind(
    hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("minima_desktop.window.LATE_SECONDS", 1e9)  # the machine's own haste does not count
    hand.play_to_the_end()
    window = hand.window
    drawn: list[tuple[str, ...]] = []
    draw = window._draw
    monkeypatch.setattr(window, "_draw", lambda parts: drawn.append(parts) or draw(parts))
    window._turns_until = time.perf_counter() + 60
    window.player.scrub(60)
    wait(lambda: {("views",), ("trace",)} <= set(drawn), "both parts of a step")
    pause(60)
    assert set(drawn) == {("views",), ("trace",)}, "never both in one frame"
    drawn.clear()
    window._turns_until = 0.0
    window.player.scrub(90)
    wait(lambda: ("views", "trace") in drawn, "both parts of a step at once")
