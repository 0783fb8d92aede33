"""The clock of the window, without a window and without waiting."""

from __future__ import annotations

import pytest

from minima_desktop.player import AHEAD_STEPS, FASTEST, SPEEDS, Player


def test_it_moves_at_its_speed_and_stops_at_the_end() -> None:
    player = Player(horizon=100, speed=60.0, playing=True)
    assert player.tick(0.5, 100)
    assert player.step == 30
    player.tick(10.0, 100)
    assert (player.step, player.playing) == (100, False)


def test_it_never_runs_ahead_of_the_runs() -> None:
    player = Player(horizon=1000, speed=1000.0, playing=True)
    player.tick(0.5, 40)
    assert player.step == 40
    assert player.playing
    player.tick(0.5, None)
    assert player.step == 540, "runs that have all ended hold nothing up"


def test_the_fastest_speed_follows_the_runs() -> None:
    player = Player(horizon=10**8, speed=FASTEST, playing=True)
    player.tick(0.016, 5_000_000)
    assert player.step == 5_000_000
    assert player.aim == 10**8


def test_one_step_a_second_shows_every_step() -> None:
    player = Player(horizon=10, speed=1.0, playing=True)
    seen = []
    for _ in range(700):
        if player.tick(0.016, 10):
            seen.append(player.step)
    assert seen == list(range(1, 11))


def test_playing_at_the_end_begins_again() -> None:
    player = Player(horizon=10, at=10.0)
    player.toggle()
    assert (player.step, player.playing) == (0, True)


def test_scrubbing_stays_inside_the_timeline_and_holds() -> None:
    player = Player(horizon=10, playing=True)
    player.scrub(99)
    assert (player.step, player.playing) == (10, False)
    player.scrub(-1)
    assert player.step == 0
    player.scrub(8)
    player.set_horizon(5)
    assert player.step == 5


def test_short_races_are_computed_whole_and_long_ones_ahead() -> None:
    assert Player(horizon=300).aim == 300
    assert 1000 + AHEAD_STEPS <= Player(horizon=10**8, speed=60.0, at=1000.0).aim <= 1000 + 2 * AHEAD_STEPS
    assert 2 * 10**6 <= Player(horizon=10**8, speed=10**6).aim <= 4 * 10**6


def test_the_aim_moves_on_in_lumps_and_always_stays_ahead() -> None:
    players = [Player(horizon=10**8, speed=1000.0, at=float(at)) for at in range(0, 60_000, 16)]
    aims = [player.aim for player in players]
    assert aims == sorted(aims)
    assert len(set(aims)) <= 8
    assert all(aim - player.step >= AHEAD_STEPS for aim, player in zip(aims, players, strict=True))


@pytest.mark.parametrize("speed", SPEEDS)
def test_speeds_go_up_and_down_the_list(speed: float) -> None:
    player = Player(speed=speed)
    player.faster(1)
    up = player.speed
    assert up == SPEEDS[min(SPEEDS.index(speed) + 1, len(SPEEDS) - 1)]
    player.speed = speed
    player.faster(-1)
    assert player.speed == SPEEDS[max(SPEEDS.index(speed) - 1, 0)]


def test_while_a_prediction_is_asked_for_nothing_is_worked_out_ahead() -> None:
    player = Player(horizon=300, held=True)
    assert player.aim == 0
    player.playing = True
    assert player.aim > 0
