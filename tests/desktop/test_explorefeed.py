"""What the panel of exploration is fed with: minima with their proof, shares, water, marbles, settings."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from minima_core import document as doc
from minima_core.document import VERSION, Document, Exploration, Insight, Place, Start, View, place_of
from minima_core.methods import Specification
from minima_core.scene import Findings, Stage, stage_of
from minima_desktop import explorefeed, studies
from minima_desktop.inquiries import Inquiries
from minima_desktop.session import Session


@pytest.fixture(autouse=True)
def small_maps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(studies, "MAP_GRID", (48, 48))


def session_of(place: Place, *methods: str, **insight: object) -> Session:
    """A session on a place with some methods."""
    start = tuple(float(p) for p in place.landscape_of().start)
    exploration = Exploration(place=place, steps=100, starts=(Start(position=start),))
    for name in methods or ("gradient-descent", "simulated-annealing"):
        exploration = doc.add_entry(exploration, Specification.parse(name).text)
    return Session(Document(VERSION, exploration, View(insight=Insight(**insight))))


def found_out(session: Session) -> tuple[Inquiries, Findings, Stage]:
    """Everything that the session's view calls for."""
    inquiries = Inquiries(session)
    findings = inquiries.complete(0)
    assert inquiries.close()
    return inquiries, findings, stage_of(session.landscape, None, (64, 48))


DOUBLE = Place(
    landscape=None, formula="(x^2 - 1)^2 + y^2 + 0.3 x", lower=(-2.0, -2.0), upper=(2.0, 2.0), parameters={}
)


def test_minima_with_proof_prominence_isolation_and_shares() -> None:
    inquiries, findings, stage = found_out(session_of(DOUBLE, overlay="basins"))
    state = explorefeed.proof_state(findings, inquiries)
    assert state.state == "proved"
    lowest, local = explorefeed.minimum_rows(findings, stage)
    assert (lowest.kind, local.kind) == ("global", "local")
    assert lowest.value < local.value
    assert local.gap == pytest.approx(local.value - lowest.value)
    assert lowest.prominence == np.inf
    assert local.prominence == pytest.approx(findings.tree.merges[0].height - local.value, rel=1e-9)
    assert lowest.proved
    assert lowest.share + local.share <= 1.0 + 1e-9
    shares = explorefeed.share_rows(findings, stage)
    assert sum(share for _, _, share in shares) == pytest.approx(1.0, abs=1e-6)
    assert [role for role, _, _ in shares][:2] == ["basin:0", "basin:1"]


def test_before_anything_is_known_the_counted_minima_are_shown() -> None:
    session = session_of(DOUBLE)
    inquiries = Inquiries(session)
    stage = stage_of(session.landscape, None, (64, 48))
    assert explorefeed.proof_state(Findings(), inquiries).state == "searching"
    state = explorefeed.proof_state(Findings(counted=2), inquiries)
    assert "2 minima" in state.sentence
    rows = explorefeed.minimum_rows(Findings(), stage)
    assert [row.kind for row in rows] == ["global", "local"]
    assert not any(row.proved for row in rows)
    assert explorefeed.share_rows(Findings(), stage) == ()
    assert inquiries.close()


def test_water_stands_between_the_lowest_point_and_a_little_above_the_last_pass() -> None:
    _, findings, stage = found_out(session_of(DOUBLE))
    low, high = explorefeed.flood_range(findings, stage)
    assert low == pytest.approx(findings.critical.minima[0].value)
    assert high > findings.tree.merges[-1].height
    low, high = explorefeed.flood_range(Findings(), stage)
    assert low < high


@pytest.mark.parametrize("name", ["easom", "tilted-double-well", "rosenbrock"])
def test_water_has_a_range_on_every_landscape(name: str) -> None:
    land = place_of(name).landscape_of()
    low, high = explorefeed.flood_range(Findings(), stage_of(land, None, (64, 48)))
    assert low < high


def test_a_flat_landscape_has_a_range_of_water_and_of_temperature() -> None:
    flat = msgspec.structs.replace(DOUBLE, formula="5 + 0 x + 0 y")
    session = session_of(flat)
    low, high = explorefeed.flood_range(Findings(), stage_of(session.landscape, None, (64, 48)))
    assert low < high
    cold, warm = explorefeed.temperature_range(session)
    assert 0 < cold < warm


def test_marbles_say_how_many_lie_in_each_basin() -> None:
    session = session_of(DOUBLE, marbles="descent", marble_count=4)
    labels = np.array([0, 0, 1, -1], dtype=np.int16)
    state = explorefeed.marbles_state(session, Findings(marble_labels=labels))
    assert state.shares == (("basin:0", 0.5), ("basin:1", 0.25))
    assert state.count == 4
    assert not state.running
    assert state.lower <= state.upper


def test_annealing_says_which_methods_have_a_map_of_settings() -> None:
    session = session_of(DOUBLE)
    for entry in session.exploration.entries:
        assert explorefeed._no_settings(session, entry, doc.SettingsChoice()) == ""
