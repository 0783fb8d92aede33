"""Write `docs/claims.md`: every claim of the clinic, run now, with the numbers that came out.

Run it after a change of a claim or of what it rests on, in the environment that `make setup` makes; it takes
half a minute:

    .venv/bin/python tools/make_claims_page.py

A claim that is not borne out by its numbers is told on the page, and ends the script with status 1.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / folder) for folder in ("core", "resources")]

from minima_core import claims  # noqa: E402
from minima_core.claims import Claim, Finding  # noqa: E402
from minima_core.scene.page import Bars  # noqa: E402

PAGE = ROOT / "docs" / "claims.md"
MADE = (
    "<!-- Made by tools/make_claims_page.py, which runs every claim; run it again to make the page anew. -->"
)
INTRO = """\
Sentences that texts for learners say about local and global minima, {count} of them, each run and judged by
what came out. The numbers on this page were computed when it was made, by

    .venv/bin/python tools/make_claims_page.py

Shares stand with their 95 % intervals (Wilson); methods that began at the same starts are compared in pairs
(McNemar), several comparisons are corrected (Holm), and differences that are not significant are called so.
Each judgement rests on conditions that its numbers must meet; were one of them not met, the page would say
“not shown”. In the window the claims stand in the card *Learn*, where each is run again and opens as a race;
`minima-desktop list claims` lists them, `minima-desktop render --claim NAME --out card.png` draws a card, and
in Python `minima_core.claims.check(name)` gives the finding. The texts are data, in
[claims.toml](../resources/minima_resources/claims.toml); the experiments are functions in
[minima_core/claims](../core/minima_core/claims).
"""


def cell(text: str) -> str:
    """Make a text safe on the page: what Markdown would take for signs of its own is written out."""
    for sign, written in (("\\", "\\\\"), ("*", "\\*"), ("|", "\\|"), ("<", "&lt;"), ("_", "\\_")):
        text = text.replace(sign, written)
    return text


def contents(findings: list[Finding]) -> str:
    """Return the table of what is said and how it is judged."""
    rows = [
        f"| [{cell(each.claim.title)}](#{anchor(each.claim)}) | “{cell(each.claim.said)}” "
        f"| {each.judgement} |"
        for each in findings
    ]
    return "\n".join(["| claim | a text says | judged |", "|---|---|---|", *rows])


def anchor(claim: Claim) -> str:
    """Return the place of a claim on the page, as the titles of sections make it."""
    kept = "".join(each for each in claim.title.lower() if each.isalnum() or each in "_- ")
    return kept.replace(" ", "-")


def section(finding: Finding) -> str:
    """Return the section of a claim."""
    claim = finding.claim
    parts = [
        f"### {claim.title}",
        f"> “{cell(claim.said)}”",
        f"**{finding.judgement.capitalize()}.** {cell(claim.truth)}",
        f"*What was run.* {cell(claim.idea)}",
        "\n".join(f"- {cell(line)}" for line in finding.ran),
        "*What came out.*",
        "\n".join(f"- {cell(line)}" for line in finding.found),
        *(table(each) for each in finding.evidence),
    ]
    if claim.sources:
        parts.append("Sources: " + "; ".join(cell(each) for each in claim.sources) + ".")
    parts.append(f"`minima-desktop render --claim {claim.name} --out {claim.name}.png`")
    return "\n\n".join(parts)


def table(evidence: object) -> str:
    """Return bars or a table as a table of the page."""
    if isinstance(evidence, Bars):
        head, rows = ("", "share"), [(each.name, each.text) for each in evidence.bars]
        note = "95 % intervals in brackets."
    else:
        head, rows, note = evidence.columns, evidence.rows, evidence.note  # type: ignore[attr-defined]
    lines = [head, ["---"] * len(head), *rows]
    made = "\n".join(
        "| " + " | ".join(cell(each) if each != "---" else each for each in line) + " |" for line in lines
    )
    return f"{made}\n\n{cell(note)}" if note else made


def page(findings: list[Finding]) -> str:
    """Return the whole page."""
    parts = [MADE, "# Claims, run and judged", INTRO.format(count=len(findings)).strip(), contents(findings)]
    for theme in claims.themes():
        parts.append(f"## {theme.title}")
        parts += [section(each) for each in findings if each.claim.theme == theme.name]
    return "\n\n".join(parts) + "\n"


def main() -> int:
    """Run every claim and write the page."""
    findings = []
    for name in claims.claim_names():
        finding = claims.check(name)
        print(f"{name}: {finding.judgement}, {finding.seconds:.1f} s")
        findings.append(finding)
    PAGE.write_text(page(findings), encoding="utf-8")
    print(f"written: {PAGE.relative_to(ROOT)}")
    return 0 if all(each.holds for each in findings) else 1


if __name__ == "__main__":
    sys.exit(main())
