"""From session and vote to what a talk says: the lines of the race in large words, the answers of a vote."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from minima_core.scene import Findings, asked
from minima_desktop.hub import Hub
from minima_desktop.session import Session
from minima_desktop.voting import Vote
from minima_widgets.ballot_board import Answer
from minima_widgets.presenter_words import VerdictLine

__all__ = ["answers", "known_here", "line_names", "verdict_lines"]


def line_names(session: Session, step: int) -> dict[int, str]:
    """Return the names of the enabled lines, with the setting that tells those of one method apart."""
    return asked.line_names(session.exploration, step, session.landscape)


def verdict_lines(hub: Hub, vote: Vote | None) -> tuple[VerdictLine, ...]:
    """Return what became of each line; before a vote is revealed, only which lines there are."""
    exploration, step = hub.session.exploration, hub.player.step
    hidden = vote is not None and vote.phase != "revealed"
    said: Mapping[int, str] = {} if hidden else hub.projector.verdicts(step)
    names = line_names(hub.session, step)
    ends = {} if vote is None or len(exploration.starts) > 1 else vote.ends
    return tuple(
        VerdictLine(
            entry.role,
            names[entry.id],
            said.get(entry.id, ""),
            ends.get((entry.id, 0)) or "",
            quiet=hidden and vote is not None and entry.id != vote.entry,
        )
        for entry in exploration.entries
        if entry.enabled
    )


def answers(vote: Vote | None) -> tuple[Answer, ...]:
    """Return what stands on the board."""
    if vote is None:
        return ()
    tally, known = vote.tally(), vote.phase == "revealed"
    return tuple(
        Answer(
            valley.letter,
            valley.words,
            tally[valley.letter],
            valley.letter == vote.right if known else None,
        )
        for valley in vote.ballot.valleys
    )


def known_here(hub: Hub) -> Findings:
    """Return what is known of the landscape that is open now; nothing while it is still that of another."""
    findings = hub.projector.findings
    rows = hub.inquiries.minima(hub.session.landscape)
    if findings.critical is None or rows is None:
        return Findings()
    proved = [each.position for each in findings.critical.minima]
    same = len(proved) == len(rows) and all(map(np.array_equal, proved, rows))
    return findings if same else Findings()
