"""A schedule in the window: shown like a method inside a method, changed by the names of its settings."""

from __future__ import annotations

import minima_core as mc
from minima_core.document import Exploration, add_entry, change_setting, place_of
from minima_core.scene import settings_words
from minima_desktop.schedule_rows import OFFERED, WARM_UP, schedule_row

SETTING = mc.describe("adam").setting("schedule")


def test_every_schedule_that_is_offered_can_be_shown_and_chosen():
    for value, title in OFFERED:
        one = mc.Schedule.of(value)
        row = schedule_row(SETTING, one, 0.2)
        assert dict(row.choices)[str(row.value)] == title
        for inner in row.inner:
            assert inner.value == inner.default
            if inner.scale in ("linear", "log", "integer"):
                assert inner.lower <= float(inner.value) <= inner.upper
    assert schedule_row(SETTING, mc.Schedule.of(WARM_UP), 0.2).inner == ()


def test_rates_that_are_left_to_the_method_are_shown_as_numbers():
    rows = {row.name: row.value for row in schedule_row(SETTING, mc.schedule("cyclic"), 0.5).inner}
    assert (rows["base_lr"], rows["max_lr"], rows["step_size_down"]) == (0.05, 0.5, 2000)
    rows = {
        row.name: row.value for row in schedule_row(SETTING, mc.schedule("one-cycle", max_lr=3), 0.2).inner
    }
    assert rows["max_lr"] == 3


def test_a_sequence_of_ones_own_is_shown_by_its_name():
    own = mc.schedule("sequential", schedulers=("linear", "step"), milestones=7)
    row = schedule_row(SETTING, own, 0.2)
    assert dict(row.choices)[str(row.value)] == "One after another"


def test_its_settings_are_changed_by_name_at_any_depth():
    exploration = add_entry(Exploration(place_of("himmelblau")), "adam")
    entry = exploration.entries[-1].id
    exploration = change_setting(exploration, entry, 0, schedule="cosine")
    exploration = change_setting(exploration, entry, 30, {"schedule.T_max": 70})
    first, second = exploration.entry(entry).segments
    assert "schedule=cosine," in first.method
    assert "schedule=cosine(T_max=70)" in second.method
    exploration = add_entry(exploration, "random-restarts")
    entry = exploration.entries[-1].id
    exploration = change_setting(exploration, entry, 0, {"local.schedule": "step"})
    exploration = change_setting(exploration, entry, 0, {"local.schedule.gamma": 0.5})
    assert "schedule=step(gamma=0.5)" in exploration.entry(entry).segments[0].method


def test_legends_say_schedules_and_averages():
    assert "cosine (T 50, ηₘ 0.001)" in settings_words("adam,lr=0.1,schedule=cosine(T_max=50,eta_min=1e-3)")
    assert "linear warm-up, then cosine" in settings_words(f"adam,lr=0.1,schedule={WARM_UP}")
    assert "mean of points" in settings_words("sgd,lr=0.1,averaging=mean")
    assert "mean" not in settings_words("sgd,lr=0.1")
