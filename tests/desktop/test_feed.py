"""What the panels are fed with: lines, settings with their ranges, and the list of methods."""

from __future__ import annotations

import math

import pytest

from minima_core import methods
from minima_core.document import opening
from minima_desktop import feed
from minima_desktop.session import Session
from minima_desktop.setting_titles import SETTINGS, choice_title, setting_title


@pytest.fixture
def session() -> Session:
    return Session(opening())


def line(session: Session, name: str, step: int = 0):
    """The line of the race that began with a method."""
    entry = next(entry for entry in session.exploration.entries if entry.name == name)
    return next(line for line in feed.race_lines(session, step, {}) if line.id == entry.id)


def test_a_line_for_every_entry_in_order(session: Session) -> None:
    lines = feed.race_lines(session, 0, {0: "a verdict"})
    assert [line.id for line in lines] == [entry.id for entry in session.exploration.entries]
    assert [line.role for line in lines] == [entry.role for entry in session.exploration.entries]
    assert lines[0].verdict == "a verdict"
    assert all(line.tip and line.settings for line in lines)


def test_a_line_shows_what_holds_at_the_step(session: Session) -> None:
    entry = next(entry for entry in session.exploration.entries if entry.name == "adam")
    session.change_setting(entry.id, 100, "lr", 0.321, finished=True)
    assert "0.321" not in line(session, "adam", 50).settings_text
    assert "0.321" in line(session, "adam", 100).settings_text
    assert "0.321" in line(session, "adam", 200).settings_text


def test_a_line_that_went_on_offers_the_settings_of_its_new_method(session: Session) -> None:
    entry = next(entry for entry in session.exploration.entries if entry.name == "gradient-descent")
    session.go_on(entry.id, 100, "adam")
    before, after = line(session, "gradient-descent", 50), line(session, "gradient-descent", 150)
    assert {row.name for row in before.settings} != {row.name for row in after.settings}
    assert "beta2" in {row.name for row in after.settings}


def test_selected_and_switched_off_show(session: Session) -> None:
    entry = session.exploration.entries[1]
    session.look(selected=entry.id)
    session.toggle(entry.id, False)
    shown = feed.race_lines(session, 0, {})[1]
    assert shown.selected
    assert not shown.enabled


@pytest.mark.parametrize("name", methods.method_names())
def test_every_setting_of_every_method_has_a_place_between_its_bounds(session: Session, name: str) -> None:
    specification = methods.method(name).resolved(session.landscape)

    def check(rows) -> None:
        for row in rows:
            assert row.symbol, row.name
            assert row.meaning.endswith("."), row.name
            if row.scale in ("linear", "log", "integer"):
                assert math.isfinite(row.lower) and math.isfinite(row.upper), row.name
                assert row.lower <= row.value <= row.upper, row.name
                assert row.lower < row.upper, row.name
            if row.scale in ("choice", "method"):
                assert row.value in {value for value, _ in row.choices}, row.name
            if row.scale == "switch":
                assert isinstance(row.value, bool), row.name
            check(row.inner)

    rows = feed.setting_rows(session, specification)
    assert {row.name for row in rows} == {setting.name for setting in methods.describe(name).settings}
    check(rows)


def test_a_value_far_from_the_usual_stays_on_its_slider(session: Session) -> None:
    entry = next(entry for entry in session.exploration.entries if entry.name == "adam")
    session.change_setting(entry.id, 0, "lr", 1e-9, finished=True)
    (row,) = [row for row in line(session, "adam").settings if row.name == "lr"]
    assert row.lower <= 1e-9 <= row.upper


def test_restarts_show_the_settings_of_the_method_inside(session: Session) -> None:
    specification = methods.method("random-restarts").resolved(session.landscape)
    (row,) = [row for row in feed.setting_rows(session, specification) if row.scale == "method"]
    assert "lr" in {inner.name for inner in row.inner}
    offered = {name for name, _ in row.choices}
    assert {"adam", "nelder-mead"} <= offered
    assert not {"random-restarts", "basin-hopping"} & offered  # those drive a method themselves


def test_the_temperature_of_annealing_moves_by_itself(session: Session) -> None:
    specification = methods.method("simulated-annealing").resolved(session.landscape)
    live = [row.name for row in feed.setting_rows(session, specification) if row.live]
    assert "temperature" in live


def test_every_method_is_offered_once_the_usual_few_first(session: Session) -> None:
    groups = feed.method_groups()
    offered = [item.name for _, items in groups for item in items]
    assert sorted(offered) == sorted(methods.method_names())
    assert all(item.short for _, items in groups for item in items)
    usual = {name for name in methods.method_names() if methods.describe(name).group == "usual"}
    assert {item.name for item in groups[0][1]} == usual


def test_a_rate_s_slider_stays_the_same_while_it_is_dragged(session: Session) -> None:
    entry = next(entry for entry in session.exploration.entries if entry.name == "adam")
    bounds = set()
    for value in (0.01, 0.05, 0.2, 0.9):
        session.change_setting(entry.id, 0, "lr", value, finished=False)
        (row,) = [row for row in line(session, "adam").settings if row.name == "lr"]
        bounds.add((row.lower, row.upper))
    assert len(bounds) == 1, "other bounds mean another slider, and the hand would lose it"


def test_settings_and_choices_are_called_by_words() -> None:
    for name in methods.method_names():
        for setting in methods.describe(name).settings:
            assert "_" not in setting_title(setting.name)
            for choice in setting.choices:
                assert "_" not in choice_title(choice)
    assert choice_title("strong_wolfe") == "Strong Wolfe" and choice_title("PR+").startswith("Polak")
    assert set(SETTINGS) <= {
        setting.name for name in methods.method_names() for setting in methods.describe(name).settings
    }
