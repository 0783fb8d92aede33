"""Words and ticks that all charts of a study share: what counted, what was tried, shares and intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minima_core.scene.scenes import Tick
from minima_core.scene.words import number, percent, whole

if TYPE_CHECKING:
    from minima_core.studies import Study

__all__ = ["interval_words", "share_ticks", "target_words", "titled", "tries_words"]

SIGN = "\u202f%"


def target_words(study: Study) -> str:
    """Return what counts as success, shortly: "the global minimum", "a loss of 0.5 or less"."""
    if study.target is not None:
        return f"a loss of {number(study.target)} or less"
    if not study.proved:
        return "the best minimum known"
    return "the global minimum" if len(study.targets) < 2 else "a global minimum"


def tries_words(study: Study) -> str:
    """Return what was tried: "100 starts, 5 tries from each, 500 steps a try"."""
    count = len(study.starts)
    starts = f"{whole(count)} {'start' if count == 1 else 'starts'}"
    times = f", {whole(study.seeds)} tries from each" if study.seeds > 1 else ""
    return f"{starts}{times}, {study.cost_in_words} a try"


def titled(words: str, study: Study) -> str:
    """Return the title of a chart: what it shows, and what was tried."""
    return f"{words}: {tries_words(study)}"


def interval_words(low: float, high: float) -> str:
    """Return an interval of a share, to as many digits as tell its ends apart.

    Examples
    --------
    >>> interval_words(0.524, 0.713), interval_words(0.5263, 0.5318)
    ('52 to 71\u202f%', '52.6 to 53.2\u202f%')
    """
    if percent(low) == percent(high) and 0.1 <= low < high <= 0.99:
        return f"{100.0 * low:.1f} to {100.0 * high:.1f}{SIGN}"
    return f"{percent(low).removesuffix(SIGN)} to {percent(high)}"


def share_ticks() -> tuple[Tick, ...]:
    """Return the ticks of an axis of shares."""
    return tuple(Tick(k / 20, f"{5 * k}\u202f%" if k % 4 == 0 else "") for k in range(21))
