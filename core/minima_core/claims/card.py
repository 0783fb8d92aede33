"""The card of a finding, as one page: what a text says, what we ran, what came out, what is true."""

from __future__ import annotations

from minima_core.claims.finding import NOT_SHOWN, Finding
from minima_core.claims.pictured import pictured
from minima_core.scene.page import Columns, Page, Picture, Table, Words

__all__ = ["card"]

ROLES = {"wrong": "error", "half true": "warning", "depends": "warning", NOT_SHOWN: "warning"}
MOST_LINES = 7
"""Lines about what was run that fit on a card."""
MOST_ROWS = 7
"""Rows of a table on a card; the rest is in the finding."""


def card(finding: Finding, title: str = "") -> Page:
    """Return the card of a finding, under a title of one’s own or that of the claim.

    Examples
    --------
    >>> from minima_core.claims import check
    >>> page = card(check("parabola-two-minima"))
    >>> page.title, page.subtitle
    ('Three numbers and a parabola', 'Claims clinic: wrong')
    """
    claim = finding.claim
    figure = pictured(finding.document)
    left = (
        *(() if figure is None else (Picture(figure),)),
        Words("\n".join(_some(finding.ran)), heading="What we ran", style="note"),
    )
    right = (
        Words("\n".join(finding.found), heading="What came out"),
        *(_short(each) if isinstance(each, Table) else each for each in finding.evidence[:1]),
        Words(claim.truth, heading="What is true"),
        *(Words(each.sentence, heading="To open as well", style="note") for each in finding.offers),
    )
    return Page(
        title=title or claim.title,
        subtitle=f"Claims clinic: {finding.judgement}",
        blocks=(
            Words(f"“{claim.said}”", heading="What a text says", style="quote"),
            Words(
                finding.judgement.capitalize(), style="headline", role=ROLES.get(finding.judgement, "good")
            ),
            Columns((left, right)),
        ),
        source=" · ".join((f"Minima Desktop, claim {claim.name}", *claim.sources)),
    )


def _some(ran: tuple[str, ...]) -> tuple[str, ...]:
    """Return the lines about what was run, or the first of many; the last one, the budget, always."""
    if len(ran) <= MOST_LINES:
        return ran
    left = len(ran) - MOST_LINES + 1
    return (*ran[: MOST_LINES - 2], f"… and {left} more lines of this kind.", ran[-1])


def _short(table: Table) -> Table:
    """Return a table with as many rows as fit on a card."""
    if len(table.rows) <= MOST_ROWS:
        return table
    left = len(table.rows) - MOST_ROWS
    note = f"{table.note} And {left} more rows.".strip()
    return Table(
        table.columns,
        table.rows[:MOST_ROWS],
        table.alignment,
        tuple(each for each in table.emphasis if each < MOST_ROWS),
        table.heading,
        note,
    )
