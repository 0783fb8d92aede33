"""From what is found out to the panel of exploration: minima with their proof, shares, lakes, marbles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from minima_core import methods
from minima_core.analysis import Minimum
from minima_core.analysis.critical import CriticalPoint
from minima_core.document import Entry, SettingsChoice
from minima_core.methods import Specification
from minima_core.scene import (
    Findings,
    Stage,
    basin_role,
    count_words,
    flood_words,
    insight_sentences,
    line_words,
    settings_entry,
    shares_of,
)
from minima_core.scene.relief import transform_for
from minima_core.scene.stage import zero_of
from minima_desktop.inquiries import WORK_WORDS, Inquiries, settings_axes
from minima_desktop.session import Session
from minima_widgets.panels.explore_panel import (
    ExplorePanel,
    Job,
    LineItem,
    MarblesState,
    MinimumRow,
    ProofState,
    SettingItem,
)

SWITCHES = ("flow", "critical", "lens", "flood")
ONE_VARIABLE = "This needs a landscape of two variables."
RANDOM = "Its steps are random: show its chances instead."
EXACT = "Each start ends at one place: show its basins instead."

JOBS = {
    "overlay": ("chances", "slope", "curvature", "density"),
    "basins": ("basins", "beside"),
    "settings": ("settings",),
}
"""The topics about which each place in the panel says that somebody waits for them."""


def fill(panel: ExplorePanel, session: Session, inquiries: Inquiries, stage: Stage, chosen: int) -> None:
    """Show all that is known; `chosen` is the minimum that is looked at, −1 for none."""
    findings, insight = inquiries.findings, session.view.insight
    flat = session.exploration.place.dimension == 1
    panel.set_proof(proof_state(findings, inquiries))
    panel.set_minima(minimum_rows(findings, stage), chosen)
    panel.set_overlay(insight.overlay)
    for name in SWITCHES:
        on = getattr(insight, name)
        why = ONE_VARIABLE if flat and name == "flow" else ""
        panel.set_switch(name, on if isinstance(on, bool) else on is not None, why)
    low, high = flood_range(findings, stage)
    tree = findings.tree
    note = (
        "" if insight.flood is None or tree is None else flood_words(tree, insight.flood, zero=zero_of(stage))
    )
    panel.set_flood(insight.flood, low, high, note)
    fill_lines(panel, session, inquiries)
    panel.set_shares(share_rows(findings, stage), " ".join(insight_sentences(session.view, stage, findings)))
    panel.set_marbles(marbles_state(session, findings))
    fill_settings(panel, session, inquiries)
    for place, topics in JOBS.items():
        panel.set_job(place, job_of(topics, inquiries))


def proof_state(findings: Findings, inquiries: Inquiries) -> ProofState:
    """Return how far the list of minima can be trusted."""
    critical = findings.critical
    share = inquiries.share("critical")
    if critical is None:
        counted = count_words(None, findings.counted)
        answer = inquiries.answer("critical")
        if share is None and answer is not None and answer.failure:
            return ProofState("failed", answer.failure)
        return ProofState("searching", f"{counted}; the proof is under way" if counted else "", share)
    if critical.source == "search":
        return ProofState("searched", critical.sentence)
    return ProofState("proved" if critical.complete else "partly", critical.sentence)


def minimum_rows(findings: Findings, stage: Stage) -> tuple[MinimumRow, ...]:
    """Return the table of minima, the lowest first."""
    critical, tree = findings.critical, findings.tree
    shares = _shares_by_minimum(findings)
    rows = []
    zero = zero_of(stage)
    minima: Sequence[CriticalPoint | Minimum] = stage.minima if critical is None else critical.minima
    for k, each in enumerate(minima):
        kind = "global" if each.is_global else "border" if each.on_border else "local"
        in_tree = tree is not None and critical is not None and k < len(tree.minima)
        rows.append(
            MinimumRow(
                role=basin_role(k),
                kind=kind,
                value=0.0 if abs(each.value) <= zero else float(each.value),
                gap=float(each.gap),
                share=shares.get(k),
                prominence=float(tree.prominence[k]) if in_tree and tree is not None else None,
                isolation=float(tree.isolation[k]) if in_tree and tree is not None else None,
                position=tuple(float(p) for p in each.position),
                proved=bool(getattr(each, "proved", False)),
            )
        )
    return tuple(rows)


def _shares_by_minimum(findings: Findings) -> dict[int, float]:
    basins = findings.basins
    return {} if basins is None else {k: float(share) for k, share in enumerate(basins.shares)}


def share_rows(findings: Findings, stage: Stage) -> Iterable[tuple[str, str, float]]:
    """Return how the region is divided among basins: role, words, share."""
    if findings.basins is None:
        return ()
    return [(each.role, each.name, each.share) for each in shares_of(findings.basins, stage, findings)]


def flood_range(findings: Findings, stage: Stage) -> tuple[float, float]:
    """Return from where to where water can stand: from the lowest point to a little above the last pass."""
    transform = transform_for(stage.land)
    low, high = transform.low, transform.high
    if stage.best is not None:
        low = stage.best
    tree = findings.tree
    if tree is not None and tree.merges:
        last = max(merge.height for merge in tree.merges)
        high = last + 0.15 * (last - low)
    return low, max(high, low + 1e-9 * max(1.0, abs(low)))


def fill_lines(panel: ExplorePanel, session: Session, inquiries: Inquiries) -> None:
    """Offer the lines of the race for basins and chances, and show which are drawn."""
    insight = session.view.insight
    names = line_titles(session)
    items = []
    for entry in session.exploration.entries:
        random = inquiries.is_random(entry)
        why = RANDOM if random and insight.overlay != "chances" else ""
        if not random and insight.overlay == "chances":
            why = EXACT
        items.append(LineItem(entry.id, names[entry.id], entry.role, why))
    line = inquiries.line(insight.entry, chance=insight.overlay == "chances")
    panel.set_lines(items, None if line is None else line.id, insight.beside, difference=insight.difference)


def line_titles(session: Session) -> dict[int, str]:
    """Return what tells the lines of the race apart: equal names with their settings."""
    words = line_words(session.exploration, session.exploration.steps, session.landscape)
    names = [name for name, _ in words.values()]
    return {
        id: f"{name}, {settings}" if names.count(name) > 1 and settings else name
        for id, (name, settings) in words.items()
    }


def marbles_state(session: Session, findings: Findings) -> MarblesState:
    """Return what the marbles do and say."""
    insight = session.view.insight
    rolling = findings.marbles
    temperature = insight.temperature or getattr(rolling, "temperature", None) or 1.0
    spent, density = findings.time_shares, findings.density
    return MarblesState(
        kind=insight.marbles,
        count=insight.marble_count,
        temperature=temperature,
        lower=temperature_range(session)[0],
        upper=temperature_range(session)[1],
        running=rolling is not None,
        shares=_by_role(spent) if insight.marbles == "annealing" else _now(findings),
        expected=() if density is None else _by_role(density.shares),
    )


def temperature_range(session: Session) -> tuple[float, float]:
    """Return the ends of the slider of the temperature: from 1/1000 of the losses' range to all of it."""
    transform = transform_for(session.landscape)
    spread = max(transform.high - transform.low, 1e-12)
    return 1e-3 * spread, spread


def _by_role(shares: Iterable[float] | None) -> tuple[tuple[str, float], ...]:
    return () if shares is None else tuple((basin_role(k), float(s)) for k, s in enumerate(shares))


def _now(findings: Findings) -> tuple[tuple[str, float], ...]:
    """Return the share of the marbles that lie in each basin now."""
    labels = findings.marble_labels
    if labels is None or not len(labels):
        return ()
    counts = np.bincount(labels[labels >= 0].astype(np.intp))
    return tuple((basin_role(k), float(n) / len(labels)) for k, n in enumerate(counts))


def fill_settings(panel: ExplorePanel, session: Session, inquiries: Inquiries) -> None:
    """Show which map of settings is drawn, or why there is none."""
    on = session.view.bottom == "settings"
    choice = session.view.insight.settings or SettingsChoice()
    entries = session.exploration.entries
    names = line_titles(session)
    items = [LineItem(e.id, names[e.id], e.role, _no_settings(session, e, choice)) for e in entries]
    line = settings_entry(session.exploration, session.view)
    entry = next((each for each in entries if each.id == line), None)
    if entry is None:
        panel.set_settings_map(on, items, None, why_not="Add a method to the race first.")
        return
    specification = session.segment_at(entry, 0)
    settings = [
        SettingItem(each.name, each.symbol)
        for each in methods.describe(specification.name).settings
        if each.scale in ("linear", "log")
    ]
    across, up = _axes(specification, choice)
    answer = inquiries.answer("settings")
    why = "" if answer is None else answer.failure
    panel.set_settings_map(on, items, line, settings, across, up, why_not=why if on else "")


def _axes(specification: Specification, choice: SettingsChoice) -> tuple[str, str]:
    try:
        across, up = settings_axes(specification, choice)
    except ValueError:
        return "", ""
    return across[0], up[0]


def _no_settings(session: Session, entry: Entry, choice: SettingsChoice) -> str:
    try:
        settings_axes(session.segment_at(entry, 0), choice)
    except ValueError as error:
        return str(error)
    return ""


def job_of(topics: Iterable[str], inquiries: Inquiries) -> Job:
    """Return the first of some topics that is being worked at, or that went wrong."""
    for topic in topics:
        answer = inquiries.answer(topic)
        if answer is not None and answer.failure:
            return Job(problem=answer.failure)
        share = inquiries.share(topic)
        if share is not None:
            return Job(WORK_WORDS[topic], share or None)
    return Job()
