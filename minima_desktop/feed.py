"""From the session to what the panels show: lines of the race, their settings, the list of methods.

The panels know no method; here a method's declared settings become rows with a value, a range and a sentence.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from minima_core import methods
from minima_core.document import Entry
from minima_core.methods import Schedule, Setting, Specification
from minima_core.scene import declared_insides, line_name, line_words
from minima_desktop.schedule_rows import schedule_row
from minima_desktop.session import Session
from minima_desktop.setting_titles import choice_title, setting_title
from minima_widgets.panels.lines import InsideItem
from minima_widgets.panels.race_panel import MethodItem, RaceLine, SettingRow

LIVE = ("temperature",)
"""Settings that move by themselves while a run goes on, and that a hand may hold and raise."""

SELDOM = (
    "weight_decay", "clip_norm", "clip_value", "eps", "noise", "tolerance", "schedule", "averaging",
    "ema_decay", "averaging_start", "decoupled_weight_decay", "tolerance_grad", "tolerance_change",
    "max_iter", "max_eval", "c1", "c2", "first_step", "collapse", "equal", "near", "patience", "give_up",
    "small", "doublings", "tolfun", "tolx", "redraws", "value_noise", "refit", "candidates", "keep",
)  # fmt: skip
"""Settings that stand behind “More settings”, unless the method is about them."""

GROUPS = (
    ("usual", "The usual few"),
    ("gradient", "By the gradient"),
    ("second-order", "By gradient and curvature"),
    ("local", "Without derivatives"),
    ("global", "Across the region"),
)


def race_lines(
    session: Session, steps: int | Mapping[int, int], verdicts: Mapping[int, str], *, settings: bool = True
) -> tuple[RaceLine, ...]:
    """The lines of the race at a step, or at that of each; without `settings` their names only."""
    lines = []
    words = line_words(session.exploration, steps, session.landscape) if settings else {}
    for entry in session.exploration.entries:
        step = steps if isinstance(steps, int) else steps.get(entry.id, 0)
        specification = session.segment_at(entry, step)
        name, told = words.get(entry.id, (line_name(entry, step), ""))
        lines.append(
            RaceLine(
                id=entry.id,
                role=entry.role,
                name=name,
                settings_text=told,
                verdict=verdicts.get(entry.id, ""),
                enabled=entry.enabled,
                selected=entry.id == session.view.selected,
                settings=setting_rows(session, specification) if settings else (),
                tip=methods.describe(specification.name).sentence,
                insides=inside_items(session, entry, specification),
                insides_on=session.view.insides.on,
            )
        )
    return tuple(lines)


def inside_items(session: Session, entry: Entry, specification: Specification) -> tuple[InsideItem, ...]:
    """What a line has inside that can be drawn; the step has the colour of the line."""
    chosen = session.view.insides
    return tuple(
        InsideItem(
            name=each.name,
            title=each.title,
            meaning=each.meaning,
            role=entry.role if each.name == "step" else each.role,
            on=chosen.chosen(each.name, usual=each.usual),
        )
        for each in declared_insides(specification)
    )


def setting_rows(session: Session, specification: Specification) -> tuple[SettingRow, ...]:
    """The settings of a method with their values, ready to be shown."""
    method = methods.describe(specification.name)
    usual = methods.method(specification.name).resolved(session.landscape).settings
    given = specification.resolved(session.landscape).settings
    return tuple(
        _row(session, setting, given[setting.name], usual[setting.name], given.get("lr"))
        for setting in method.settings
    )


def _row(session: Session, setting: Setting, value: Any, usual: Any, rate: Any) -> SettingRow:
    inner: tuple[SettingRow, ...] = ()
    choices = tuple((choice, choice_title(choice)) for choice in setting.choices)
    if setting.scale == "method" and isinstance(value, Specification):
        inner = setting_rows(session, value)
        choices = tuple(
            (name, methods.describe(name).title)
            for name in methods.method_names()
            if not any(each.scale == "method" for each in methods.describe(name).settings)
        )
        value = value.name
        usual = usual.name if isinstance(usual, Specification) else usual
    if isinstance(value, Schedule):
        return schedule_row(setting, value, rate)
    low, high = setting.lower, setting.upper
    if setting.scale in ("linear", "log", "integer"):
        low, high = max(low, min(setting.span[0], value)), min(high, max(setting.span[1], value))
        if setting.scale == "log" and setting.name == "lr":
            low, high = min(usual / 1000, value), max(usual * 1000, value)
    return SettingRow(
        name=setting.name,
        symbol=setting.symbol,
        meaning=setting.meaning,
        value=value,
        lower=low,
        upper=high,
        scale=setting.scale,
        choices=choices,
        default=usual if not isinstance(usual, Specification) else usual.name,
        inner=inner,
        live=setting.name in LIVE,
        more=setting.name in SELDOM,
        title=setting_title(setting.name),
    )


def method_groups() -> tuple[tuple[str, tuple[MethodItem, ...]], ...]:
    """The methods that can be added, the usual few first."""
    groups = []
    for group, title in GROUPS:
        items = tuple(
            MethodItem(name=method.name, title=method.title, short=method.short, role=f"run:{method.name}:0")
            for method in map(methods.describe, methods.method_names())
            if method.group == group
        )
        if items:
            groups.append((title, items))
    return tuple(groups)
