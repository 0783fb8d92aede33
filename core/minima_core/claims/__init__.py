"""The claims clinic: sentences from texts for learners, each of them run, and judged by what came out.

`claim_names` lists them, `check` runs one and judges it, and `card` makes a page of the finding: what a text
says, what we ran, what came out. The texts are data (``claims.toml``); the experiments are small functions in
the files of this room. No number in a finding is written down anywhere: all of them are computed when it is
checked, and where they do not bear a judgement out, the finding says so.
"""

from minima_core.claims.card import card
from minima_core.claims.claim import Claim, Theme, claim, claim_names, themes
from minima_core.claims.finding import NOT_SHOWN, Finding, check

__all__ = ["NOT_SHOWN", "Claim", "Finding", "Theme", "card", "check", "claim", "claim_names", "themes"]
