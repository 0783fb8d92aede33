"""The row of a learning-rate schedule among the settings of a method: its kind, and that kind's settings.

It is shown like a method inside a method. Sequences are offered ready made; what a sequence consists of is
changed in its text, on the command line or in a file.
"""

from __future__ import annotations

from typing import Any

from minima_core.methods import AUTO, Schedule, Setting, describe_schedule, schedule_names
from minima_desktop.setting_titles import choice_title, setting_title
from minima_widgets.panels.race_panel import SettingRow

__all__ = ["schedule_row"]

WARM_UP = "sequential(schedulers=(linear(total_iters=20),cosine),milestones=(20))"
OFFERED = (
    *((name, describe_schedule(name).title) for name in schedule_names() if name != "sequential"),
    (WARM_UP, "Warm-up, then cosine"),
)


def schedule_row(setting: Setting, value: Schedule, rate: Any) -> SettingRow:
    """Return the row of a schedule for a method whose learning rate is `rate`."""
    shown = str(value) if value.name == "sequential" else value.name
    choices = OFFERED
    if shown not in dict(OFFERED):
        choices = (*OFFERED, (shown, value.kind.title))
    listed = {"steps", "schedules"}
    return SettingRow(
        name=setting.name,
        symbol=setting.symbol,
        meaning=value.kind.sentence if value else setting.meaning,
        value=shown,
        scale="method",
        choices=choices,
        default=str(setting.default),
        inner=tuple(_inner(value, each, rate) for each in value.kind.settings if each.scale not in listed),
        more=True,
    )


def _inner(value: Schedule, setting: Setting, rate: Any) -> SettingRow:
    """Return the row of one setting of a schedule."""
    usual = _shown(value.replace(**{setting.name: AUTO}), setting, rate)
    now = _shown(value, setting, rate)
    low, high = setting.lower, setting.upper
    if setting.scale in ("linear", "log", "integer"):
        low, high = max(low, min(setting.span[0], now)), min(high, max(setting.span[1], now))
    return SettingRow(
        name=setting.name,
        symbol=setting.symbol,
        meaning=setting.meaning,
        value=now,
        lower=low,
        upper=high,
        scale=setting.scale,
        choices=tuple((each, choice_title(each)) for each in setting.choices),
        default=usual,
        title=setting_title(setting.name, of_schedule=True),
    )


def _shown(value: Schedule, setting: Setting, rate: Any) -> Any:
    """Return the value of a setting, with that in place of AUTO which it stands for."""
    given = value.get(setting.name)
    if given is not AUTO:
        return given
    if setting.name == "step_size_down":
        return value.get("step_size_up")
    peak = float(rate) if isinstance(rate, int | float) else 1.0
    if setting.name == "base_lr":
        highest = value.get("max_lr")
        return 0.1 * (peak if highest is AUTO else float(highest))
    return peak
