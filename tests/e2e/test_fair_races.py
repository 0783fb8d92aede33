"""Fair races, prepared scenes and one step in words, as a hand in the window has them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from minima_core.document import prepared_scenes
from tests.e2e.hand import Hand, wait


def test_a_race_by_evaluations_gives_everybody_the_same(hand: Hand) -> None:
    window = hand.window
    steps = hand.exploration.steps
    timeline = window.deck.timeline
    timeline.word.click()
    assert timeline.clock_popup is not None
    timeline.clock_popup.units.chosen.emit("evaluations")
    timeline.clock_popup.close()
    assert hand.exploration.clock.unit == "evaluations"
    assert timeline.word.text().startswith("evaluation")
    window.player.scrub(window.player.horizon)
    wait(lambda: window.projector.last() >= hand.exploration.steps, "everybody has spent the budget")
    shown = window.projector.steps_shown(window.player.step)
    adam = next(entry for entry in hand.exploration.entries if entry.name == "adam")
    walk = next(entry for entry in hand.exploration.entries if entry.name == "simulated-annealing")
    assert shown[walk.id] == 2 * shown[adam.id]  # a step of Adam is a value and a gradient
    window.do("undo")
    assert hand.exploration.clock.unit == "steps"
    assert hand.exploration.steps == steps
    wait(lambda: timeline.word.text().startswith("step"), "the timeline counts steps again")


def test_e_tells_the_step_and_a_sentence_points_out_what_it_is_about(hand: Hand) -> None:
    window = hand.window
    words = window.deck.step_words
    QTest.keyClick(window.deck.map, Qt.Key.Key_E)
    wait(lambda: words.title.text() == "Gradient descent, step 1", "the first step is told")
    window.gestures.step_by(1)
    wait(lambda: words.title.text() == "Gradient descent, step 2", "the next step is told")
    words.stages.setFocus()
    QTest.keyClick(words.stages, Qt.Key.Key_Down)
    assert window.projector.insider.pointed
    QTest.keyClick(words.stages, Qt.Key.Key_Escape)
    assert not window.projector.insider.pointed


def test_every_prepared_scene_opens_and_runs(hand: Hand) -> None:
    window = hand.window
    for scene in prepared_scenes():
        window.commands.open_scene(scene.name)
        assert hand.exploration == scene.document().exploration
        wait(
            lambda: window.engine.served == window.projector.serial and bool(window.engine.published),
            f"the runs of {scene.name} have begun",
            120_000,
        )
        failures = [each.failure for each in window.engine.published.values() if each.failure]
        assert not failures
    window.do("opening")
