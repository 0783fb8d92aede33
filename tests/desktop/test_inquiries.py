"""What is asked about a landscape, from what is shown: real analysis on small landscapes, on real threads."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import numpy as np
import pytest

import minima_core as mc
from minima_core import document as doc
from minima_core.document import VERSION, Document, Exploration, Insight, Place, SettingsChoice, Start, View
from minima_core.landscapes.changes import Changes
from minima_core.methods import Specification
from minima_desktop import inquiries as inquiries_module
from minima_desktop import studies
from minima_desktop.inquiries import LANES, USUAL_STEPS, Inquiries, settings_axes
from minima_desktop.session import Session

DOUBLE = "(x^2 - 1)^2 + y^2 + 0.3 x"
CURVE = "(x^2 - 1)^2 + 0.3 x"


@pytest.fixture(autouse=True)
def small_maps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Maps of a few pixels and no waiting for the hand to rest: the questions are what is tested here."""
    monkeypatch.setattr(studies, "MAP_GRID", (48, 48))
    monkeypatch.setattr(studies, "LINE_GRID", (128,))
    monkeypatch.setattr(studies, "FIELD_GRID", (33, 33))
    monkeypatch.setattr(studies, "SETTINGS_GRID", (20, 16))
    monkeypatch.setattr(studies, "CHANCES_GRID", (6, 6))
    monkeypatch.setattr(studies, "CHANCES_TRIES", 4)
    monkeypatch.setattr(inquiries_module, "SETTLE_SECONDS", 0.01)


class Asked:
    """A session with its inquiries, looked at as the window does: again and again."""

    def __init__(self, place: Place, methods: tuple[str, ...] = ("gradient-descent", "momentum")) -> None:
        self.refused: list[str] = []
        exploration = Exploration(place=place, steps=120)
        start = tuple(float(p) for p in place.landscape_of().start)
        exploration = msgspec.structs.replace(exploration, starts=(Start(position=start),))
        for name in methods:
            exploration = doc.add_entry(exploration, Specification.parse(name).text)
        document = Document(VERSION, exploration, View())
        self.session = Session(document, refused=self.refused.append)
        self.inquiries = Inquiries(self.session)
        self.inquiries.begin()

    def look(self, **fields: Any) -> None:
        """Show something else about the landscape."""
        self.session.look(insight=msgspec.structs.replace(self.session.view.insight, **fields))

    def until(self, holds: Callable[[], object], seconds: float = 60.0) -> Any:
        """Look until something holds; return what `holds` returned."""
        end = time.perf_counter() + seconds
        while not (found := holds()):
            assert time.perf_counter() < end, "It did not happen in time."
            self.inquiries.look(0)
            time.sleep(0.002)
        return found

    def rest(self) -> None:
        """Look until the last answer to everything that is wanted is there."""
        self.until(lambda: self.inquiries.findings.critical)
        self.until(lambda: not self.inquiries._open)
        self.inquiries.look(0)

    @property
    def known(self) -> Any:
        return self.inquiries.findings

    @property
    def at_work(self) -> set[str]:
        """The topics that have an answer or are worked at, beside the quick count of minima."""
        return {
            topic
            for topic in LANES
            if topic != "minima"
            and (self.inquiries.answer(topic) is not None or self.inquiries.share(topic) is not None)
        }


@pytest.fixture
def ask() -> Iterator[Callable[..., Asked]]:
    """Begin inquiries about a place; they are ended after the test."""
    begun: list[Asked] = []

    def begin(place: Place, *methods: str) -> Asked:
        begun.append(Asked(place, *((methods,) if methods else ())))
        return begun[-1]

    yield begin
    for each in begun:
        assert each.inquiries.close()


def typed(text: str, *bounds: float, **parameters: float) -> Place:
    """A place with a typed formula; bounds as x0, x1, y0, y1."""
    bounds = bounds or (-2.0, 2.0, -2.0, 2.0)
    return Place(landscape=None, formula=text, lower=bounds[0::2], upper=bounds[1::2], parameters=parameters)


# -- what is asked -----------------------------------------------------------------------------------------


def test_nothing_is_asked_before_the_first_race_has_begun() -> None:
    session = Session(Document(VERSION, Exploration(typed(DOUBLE)), View()))
    inquiries = Inquiries(session)
    assert not inquiries.look(0)
    assert not [t for t in threading.enumerate() if t.name in {f"minima-{lane}" for lane in LANES.values()}]
    assert inquiries.close()


def test_a_quiet_view_asks_for_the_proof_and_the_tree_only(ask) -> None:
    asked = ask(typed(DOUBLE))
    asked.rest()
    assert asked.at_work == {"critical", "tree"}
    assert asked.known.critical.complete
    assert len(asked.known.critical.minima) == 2
    assert len(asked.known.tree.merges) == 1
    assert asked.known.basins is None
    assert "2" in asked.inquiries.count_note()


def test_a_proof_is_handed_over_so_that_verdicts_rest_on_it(ask) -> None:
    asked = ask(typed("(x^2 - 1)^2 + y^2 + 0.29 x"))
    land = asked.session.landscape
    run = mc.start(land, "gradient-descent,lr=0.05", x0=(-0.5, 0.3))
    run.advance(400)
    assert run.verdict.numbers.get("proved", 0.0) == 0.0
    asked.rest()
    assert run.verdict.state == "global minimum"
    assert run.verdict.sentence.startswith("at the global minimum (proved)")


@pytest.mark.parametrize(
    ("field", "value", "topic", "found"),
    [
        ("overlay", "basins", "basins", "basins"),
        ("overlay", "slope", "slope", "slope"),
        ("overlay", "curvature", "curvature", "curvature"),
        ("overlay", "density", "density", "density"),
        ("flow", True, "flow", "flow"),
        ("flood", 0.5, "lakes", "lakes"),
        ("lens", (0.9, 0.0), "lens", "lens"),
        ("beside", 2, "beside", "basins_beside"),
    ],
)
def test_each_look_asks_one_thing_more_and_gives_it_up_again(
    ask, field: str, value: object, topic: str, found: str
) -> None:
    asked = ask(typed(DOUBLE))
    asked.look(**{field: value})
    asked.rest()
    assert asked.at_work == {"critical", "tree", topic}
    assert getattr(asked.known, found) is not None
    asked.session.look(insight=Insight())
    asked.inquiries.look(0)
    assert asked.at_work == {"critical", "tree"}
    assert getattr(asked.known, found) is None


def test_a_chart_in_front_asks_for_what_it_shows(ask) -> None:
    asked = ask(typed(DOUBLE))
    asked.session.look(bottom="settings")
    asked.rest()
    assert asked.known.settings is not None
    asked.session.look(bottom="trace")
    asked.inquiries.look(0)
    assert asked.known.settings is None


def test_basins_have_the_steps_the_border_and_the_settings_of_the_race(ask) -> None:
    asked = ask(typed(DOUBLE))
    asked.look(overlay="basins")
    asked.rest()
    first = asked.known.basins
    assert first.steps == 120
    assert first.labels.shape == (48, 48)
    assert set(np.unique(first.labels)) <= {-1, 0, 1}
    line = asked.session.exploration.entries[0]
    asked.session.change_setting(line.id, 0, "lr", 0.4, finished=True)
    asked.until(lambda: asked.known.basins is not first)
    asked.rest()
    assert "0.4" in asked.known.basins.specification
    second = asked.known.basins
    asked.session.set_border("clip")
    asked.until(lambda: asked.known.basins is not second)


def test_the_map_beside_is_of_another_line(ask) -> None:
    asked = ask(typed(DOUBLE), "gradient-descent", "adam")
    asked.look(overlay="basins", beside=asked.session.exploration.entries[1].id)
    asked.rest()
    assert asked.known.basins.specification.startswith("gradient-descent")
    assert asked.known.basins_beside.specification.startswith("adam")


def test_a_line_that_is_not_there_any_more_is_replaced_by_the_first(ask) -> None:
    asked = ask(typed(DOUBLE), "gradient-descent", "adam")
    adam = asked.session.exploration.entries[1].id
    asked.look(overlay="basins", entry=adam)
    asked.rest()
    assert asked.known.basins.specification.startswith("adam")
    asked.session.remove(adam)
    asked.until(lambda: asked.known.basins and asked.known.basins.specification.startswith("gradient"))


def test_without_a_line_nothing_is_mapped_and_nothing_fails(ask) -> None:
    asked = ask(typed(DOUBLE), "gradient-descent")
    asked.session.remove(asked.session.exploration.entries[0].id)
    asked.look(overlay="basins", marbles="none")
    asked.session.look(bottom="settings")
    asked.rest()
    assert asked.known.basins is None
    assert asked.known.settings is None
    assert asked.inquiries.failure() == ""


# -- the latest wins ---------------------------------------------------------------------------------------


def test_while_a_parameter_moves_the_last_map_stays_and_the_latest_question_wins(ask) -> None:
    asked = ask(typed("(x^2 - a)^2 + y^2 + 0.3 x", a=1.0))
    asked.look(overlay="basins")
    asked.rest()
    for k in range(1, 30):
        asked.session.set_parameter("a", 1.0 + 0.02 * k, finished=False)
        asked.inquiries.look(0)
        assert asked.known.basins is not None, "the map of a moment ago stays until the next one"
        assert asked.known.critical is None
    asked.until(lambda: asked.known.counted == 2 or asked.known.critical)
    asked.rest()
    minima = asked.known.critical.minima
    assert min(each.position[0] for each in minima) == pytest.approx(-np.sqrt(1.58), abs=0.1)
    assert np.allclose(asked.known.basins.minima, [each.position for each in minima], atol=1e-6)


def test_a_map_of_another_region_or_another_number_of_variables_goes_at_once(ask) -> None:
    asked = ask(typed(DOUBLE))
    asked.look(overlay="basins")
    asked.rest()
    asked.session.set_region((-3.0, -3.0), (3.0, 3.0))
    asked.inquiries.look(0)
    found = asked.known.basins
    assert found is None or found.extent[0] == -3.0
    asked.rest()
    assert asked.known.basins.extent[:2] == (-3.0, 3.0)
    asked.session.set_formula(CURVE)
    asked.inquiries.look(0)
    assert asked.known.basins is None or len(asked.known.basins.labels.shape) == 1
    asked.rest()
    assert asked.known.basins.labels.shape == (128,)


def test_a_penalty_takes_a_minimum_away_and_the_proof_goes_with_it(ask) -> None:
    asked = ask(typed(DOUBLE))
    asked.rest()
    asked.session.set_changes(False, l2=2.0)
    asked.inquiries.look(0)
    assert asked.known.critical is None
    asked.rest()
    assert len(asked.known.critical.minima) == 1


# -- stopping ----------------------------------------------------------------------------------------------


def slow(begun: threading.Event, ended: threading.Event) -> Callable[..., Iterator[Any]]:
    """Work that goes on until it is cancelled."""

    def work(*given: Any) -> Iterator[Any]:
        begun.set()
        while given[-1].rest(0.005):
            pass
        ended.set()
        yield None

    return work


def test_what_nobody_looks_at_any_more_is_cancelled(ask, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, ended = threading.Event(), threading.Event()
    monkeypatch.setattr(studies, "basins", slow(begun, ended))
    asked = ask(typed(DOUBLE))
    asked.look(overlay="basins")
    asked.until(begun.is_set)
    asked.look(overlay="none")
    asked.inquiries.look(0)
    assert ended.wait(5)


def test_a_proof_of_a_landscape_that_is_gone_is_cancelled(ask, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, ended = threading.Event(), threading.Event()
    prove = studies.prove
    monkeypatch.setattr(studies, "prove", slow(begun, ended))
    asked = ask(typed(DOUBLE))
    asked.until(begun.is_set)
    monkeypatch.setattr(studies, "prove", prove)
    monkeypatch.setattr(inquiries_module, "SETTLE_SECONDS", 3600.0)
    asked.session.set_formula("x^2 + y^2")
    asked.inquiries.look(0)
    assert ended.wait(5), "it must not wait until the next proof may begin"


def test_a_search_that_was_stopped_is_not_asked_again_by_itself(ask, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, ended = threading.Event(), threading.Event()
    prove = studies.prove
    monkeypatch.setattr(studies, "prove", slow(begun, ended))
    asked = ask(typed(DOUBLE))
    asked.until(begun.is_set)
    asked.inquiries.stop("critical")
    assert ended.wait(5)
    for _ in range(20):
        asked.inquiries.look(0)
    assert asked.inquiries.share("critical") is None
    monkeypatch.setattr(studies, "prove", prove)
    asked.inquiries.again("critical")
    asked.rest()
    assert asked.known.critical.complete


def test_closing_in_the_middle_of_everything_ends_every_thread(ask) -> None:
    asked = ask(typed(DOUBLE))
    asked.look(overlay="basins", marbles="annealing", flow=True, flood=0.5, lens=(0.9, 0.0))
    asked.session.look(bottom="settings")
    asked.until(lambda: asked.known.marbles)
    began = time.perf_counter()
    assert asked.inquiries.close()
    assert time.perf_counter() - began < 15


# -- sentences ---------------------------------------------------------------------------------------------


def test_basins_of_simulated_annealing_are_refused_in_a_sentence(ask) -> None:
    asked = ask(typed(DOUBLE), "simulated-annealing")
    asked.look(overlay="basins")
    asked.rest()
    assert asked.known.basins is None
    sentence = asked.inquiries.failure()
    assert "chances" in sentence
    assert sentence.endswith(".")


def test_a_failure_does_not_keep_the_map_of_another_line(ask) -> None:
    asked = ask(typed(DOUBLE), "gradient-descent", "simulated-annealing")
    asked.look(overlay="basins")
    asked.rest()
    assert asked.known.basins is not None
    asked.look(entry=asked.session.exploration.entries[1].id)
    asked.until(asked.inquiries.failure)
    asked.rest()
    assert asked.known.basins is None


def test_chances_of_an_exact_method_and_of_a_random_one(ask) -> None:
    asked = ask(typed(DOUBLE), "simulated-annealing")
    asked.look(overlay="chances")
    asked.rest()
    chances = asked.known.chances
    assert chances.probability.shape == (6, 6)
    assert np.nanmax(chances.probability) <= 1.0
    assert chances.tries == 4


def test_a_map_of_settings_of_annealing_has_its_temperature(ask) -> None:
    asked = ask(typed(DOUBLE), "simulated-annealing")
    asked.session.look(bottom="settings")
    asked.rest()
    assert asked.inquiries.failure() == ""
    found = asked.known.settings
    assert "temperature" in {found.across.name, found.up.name}


def test_a_map_of_settings_that_cannot_be_is_refused_in_a_sentence(
    ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*given: object) -> None:
        raise ValueError("Gradient descent has no two settings that are numbers; choose another line.")

    monkeypatch.setattr(inquiries_module, "settings_axes", none)
    asked = ask(typed(DOUBLE))
    asked.session.look(bottom="settings")
    asked.rest()
    assert asked.known.settings is None
    assert asked.inquiries.failure().endswith("choose another line.")


def test_a_map_of_settings_of_gradient_descent_has_its_learning_rate_across(ask) -> None:
    asked = ask(typed(DOUBLE))
    asked.session.look(bottom="settings")
    asked.rest()
    found = asked.known.settings
    assert found.across.name == "lr"
    assert found.labels.shape == (16, 20)
    line = asked.session.exploration.entries[0]
    asked.session.change_setting(line.id, 0, "lr", 0.02, finished=True)
    asked.rest()
    assert asked.known.settings is found  # the rate goes across: it is on the map already
    asked.session.set_steps(40)
    asked.until(lambda: asked.known.settings is not found)


def test_axes_are_those_that_the_method_has() -> None:
    momentum = Specification.parse("momentum,lr=0.01,momentum=0.9")
    across, up = settings_axes(momentum, SettingsChoice())
    assert (across[0], up[0]) == ("lr", "momentum")
    assert across[1:] == pytest.approx((1e-4, 1.0))
    across, up = settings_axes(momentum, SettingsChoice(across_range=(0.01, 0.2), up_range=(0.0, 0.5)))
    assert across == ("lr", 0.01, 0.2)
    assert up == ("momentum", 0.0, 0.5)
    across, up = settings_axes(Specification.parse("adam"), SettingsChoice(up="no-such-setting"))
    assert across[0] == "lr"
    assert up[0] in {"beta1", "noise"}


# -- other landscapes --------------------------------------------------------------------------------------


def test_one_variable_has_basins_a_tree_a_lens_and_lakes(ask) -> None:
    asked = ask(typed(CURVE, -2.0, 2.0))
    asked.look(overlay="basins", flood=0.5, lens=(0.9,), marbles="descent")
    asked.rest()
    known = asked.known
    assert known.basins.labels.shape == (128,)
    assert len(known.tree.merges) == 1
    assert known.lens.reach > 0
    assert known.lakes is not None
    asked.until(lambda: asked.known.marbles)
    assert asked.known.marbles.positions.shape[1] == 1


def test_a_landscape_of_many_variables_has_a_list_but_no_tree(ask) -> None:
    asked = ask(doc.place_of("rastrigin", 5), "gradient-descent")
    asked.look(overlay="basins")
    asked.until(lambda: asked.inquiries.answer("critical"), 120)
    asked.until(lambda: asked.known.basins)
    assert asked.known.tree is None
    assert asked.known.basins.labels.ndim == 2


def test_a_landscape_of_learning_has_minima_and_basins(ask) -> None:
    asked = ask(doc.place_of("tiny-network"), "gradient-descent")
    asked.look(overlay="basins")
    asked.rest()
    assert asked.inquiries.failure() == ""
    assert len(asked.known.critical.minima) >= 1
    assert asked.known.basins.shares.sum() + asked.known.basins.never == pytest.approx(1.0)


def test_a_changed_landscape_is_proved_as_it_is_shown(ask) -> None:
    place = msgspec.structs.replace(typed(DOUBLE), changes=Changes(tilt=(0.5, 0.0)))
    asked = ask(place)
    asked.rest()
    lowest = asked.known.critical.minima[0]
    assert lowest.value == pytest.approx(asked.session.landscape.value(lowest.position))


# -- marbles -----------------------------------------------------------------------------------------------


def test_marbles_roll_and_take_another_temperature_without_beginning_anew(ask) -> None:
    asked = ask(typed(DOUBLE))
    asked.look(marbles="annealing", marble_count=200, temperature=0.2)
    moment = asked.until(lambda: asked.known.marbles)
    assert moment.positions.shape == (200, 2)
    asked.look(temperature=0.5)
    later = asked.until(lambda: asked.known.marbles.temperature == 0.5 and asked.known.marbles)
    assert later.steps > moment.steps
    asked.until(lambda: asked.known.time_shares is not None)
    assert asked.known.time_shares.sum() <= 1.0 + 1e-9
    asked.look(marbles="none")
    asked.inquiries.look(0)
    assert asked.known.marbles is None


def test_marbles_may_be_thrown_anew(ask) -> None:
    asked = ask(typed(DOUBLE))
    asked.look(marbles="descent", marble_count=50)
    asked.until(lambda: asked.known.marbles and asked.known.marbles.steps > 5)
    asked.inquiries.throw_marbles()
    asked.until(lambda: asked.known.marbles and asked.known.marbles.steps <= 2)


# -- all at once, for a picture ----------------------------------------------------------------------------


def complete(place: Place, layout: str, *methods: str, **fields: Any) -> tuple[Any, str]:
    """Find out everything that a picture shows; return it with what could not be."""
    asked = Asked(place, *((methods,) if methods else ()))
    bottom = layout if layout in {"settings", "tree", "data", "beside"} else "trace"
    asked.session.look(bottom=bottom)
    asked.look(**fields)
    try:
        return asked.inquiries.complete(0), asked.inquiries.failure()
    finally:
        assert asked.inquiries.close()


def test_complete_waits_for_everything() -> None:
    found, failure = complete(typed(DOUBLE), "settings", overlay="basins", flood=0.5, lens=(0.9, 0.0))
    assert failure == ""
    assert None not in (found.critical, found.tree, found.basins, found.settings, found.lakes, found.lens)
    assert found.basins.labels.shape == (48, 48), "the finest map, not a coarse one"


def test_complete_does_not_wait_for_what_cannot_be() -> None:
    began = time.perf_counter()
    found, failure = complete(typed(DOUBLE), "trace", "simulated-annealing", overlay="basins")
    assert found.basins is None
    assert "chances" in failure
    assert time.perf_counter() - began < 90


def test_complete_gives_up_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, ended = threading.Event(), threading.Event()
    monkeypatch.setattr(studies, "prove", slow(begun, ended))
    asked = Asked(typed(DOUBLE))
    began = time.perf_counter()
    found = asked.inquiries.complete(0, patience=0.3)
    assert 0.2 < time.perf_counter() - began < 15
    assert found.critical is None
    assert asked.inquiries.close()
    assert ended.is_set()


def test_complete_waits_for_maps_where_the_proof_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*given: object) -> Iterator[Any]:
        raise ValueError("This cannot be proved.")
        yield

    monkeypatch.setattr(studies, "prove", refuse)
    found, failure = complete(typed(DOUBLE), "trace", overlay="basins")
    assert failure == "This cannot be proved."
    assert found.basins.labels.shape == (48, 48), "the finest map, not a coarse one"


def test_a_map_has_as_many_steps_as_a_race_that_is_measured_in_steps() -> None:
    session = Session(doc.opening())
    inquiries = Inquiries(session)
    try:
        assert inquiries._map_steps == session.exploration.steps
        assert session.set_clock(doc.Clock("evaluations"), 10_000)
        assert inquiries._map_steps == USUAL_STEPS
    finally:
        inquiries.close()
