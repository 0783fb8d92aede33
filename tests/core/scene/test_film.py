"""How a film is cut: which step each picture shows, and options that are remembered or refused."""

from __future__ import annotations

import itertools
import math

import pytest

from minima_core.scene.film import (
    EASINGS,
    FORMATS,
    FilmOptions,
    estimated_bytes,
    moments,
)


@pytest.mark.parametrize("easing", EASINGS)
@pytest.mark.parametrize("last", [0, 1, 7, 260, 1_000_000_000])
def test_steps_go_from_the_first_to_the_last_and_never_back(easing: str, last: int) -> None:
    options = FilmOptions(fps=20, seconds=3.0, hold=0.5, easing=easing, turn=90.0)  # type: ignore[arg-type]
    shown = moments(options, last)
    steps = [each.step for each in shown]
    assert len(shown) == options.count() == 60
    assert steps[0] == 0 and steps[-1] == last
    assert steps == sorted(steps)
    assert steps[-options.held() - 1] == last, "the hold begins at the last step"
    assert shown[0].turn == 0.0 and shown[-1].turn == pytest.approx(90.0)


def test_early_gives_the_first_steps_most_of_the_film() -> None:
    plain, early = (
        [each.step for each in moments(FilmOptions(fps=10, hold=0.0, easing=easing), 1000)]
        for easing in ("even", "early")
    )
    assert plain[50] > 480
    assert early[50] < 40
    ratios = [(b + 1) / (a + 1) for a, b in itertools.pairwise(early[60:91])]
    assert max(ratios) / min(ratios) < 1.1, "on a logarithmic scale all steps are alike"


def test_a_film_can_show_a_part_and_at_most_what_there_is() -> None:
    part = moments(FilmOptions(fps=10, seconds=1.0, hold=0.0, first=10, last=20), 100)
    assert (part[0].step, part[-1].step) == (10, 20)
    beyond = moments(FilmOptions(fps=10, seconds=1.0, hold=0.0, first=50, last=90), 60)
    assert (beyond[0].step, beyond[-1].step) == (50, 60)


def test_a_full_turn_goes_evenly_so_that_it_can_be_looped() -> None:
    turns = [each.turn for each in moments(FilmOptions(fps=10, seconds=1.0, hold=0.0, turn=360.0), 5)]
    steps = [b - a for a, b in itertools.pairwise(turns)]
    assert max(steps) == pytest.approx(min(steps))
    gently = [each.turn for each in moments(FilmOptions(fps=10, seconds=1.0, hold=0.0, turn=90.0), 5)]
    assert gently[1] < 90.0 / 9 < gently[5] - gently[4]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"fps": 61}, "1 to 60"),
        ({"seconds": 0.0}, "0.2 to 600"),
        ({"seconds": math.nan}, "0.2 to 600"),
        ({"seconds": 601.0}, "0.2 to 600"),
        ({"easing": "wild"}, "even, gentle, early"),
        ({"turn": math.inf}, "1440"),
        ({"hold": 10.0}, "less than the film lasts"),
        ({"hold": -1.0}, "less than the film lasts"),
        ({"first": 5, "last": 4}, "later one"),
        ({"first": -1}, "later one"),
        ({"fps": 60, "seconds": 500.0}, "18000"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(given: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words) as caught:
        FilmOptions(**given)  # type: ignore[arg-type]
    assert str(caught.value).endswith(".")


def test_options_are_remembered_and_hostile_memory_is_forgotten() -> None:
    options = FilmOptions(fps=25, seconds=4.0, easing="early", turn=-45.0, hold=0.0, loop=False, last=7)
    kept = options.to_dict()
    assert FilmOptions.from_dict(kept) == FilmOptions(
        fps=25, seconds=4.0, easing="early", turn=-45.0, hold=0.0, loop=False
    )
    for wrong in (None, 3, [], {"fps": "30", "seconds": 1e300, "easing": 4, "loop": 1, "turn": math.nan}):
        assert FilmOptions.from_dict(wrong) == FilmOptions()


def test_formats_have_frames_that_suit_them() -> None:
    assert [FilmOptions().suited(ending).fps for ending in FORMATS] == [15, 15, 30, 30]
    assert FilmOptions(fps=60).suited(".gif").fps == 50
    assert FilmOptions(fps=24).suited(".mp4").fps == 24


def test_an_estimate_grows_with_what_is_drawn() -> None:
    options = FilmOptions()
    for ending in FORMATS:
        small = estimated_bytes(options, 960, 540, ending, surface=True)
        assert 0 < small < estimated_bytes(options, 1920, 1080, ending, surface=True)
        turning = FilmOptions(turn=90.0)
        assert estimated_bytes(turning, 960, 540, ending, surface=True) > 2 * small
        assert estimated_bytes(turning, 960, 540, ending, surface=False) == small
