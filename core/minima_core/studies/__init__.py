"""Studies: how often methods succeed, from many starts and seeds, with what that is worth as statistics."""

from minima_core.studies.counting import Estimated
from minima_core.studies.estimate import Estimate, study_estimate
from minima_core.studies.facts import Facts, facts
from minima_core.studies.method_result import MethodResult
from minima_core.studies.ranking import Comparison, Ranking
from minima_core.studies.restarts import Restarts, Score
from minima_core.studies.results import Study
from minima_core.studies.study import study

__all__ = [
    "Comparison",
    "Estimate",
    "Estimated",
    "Facts",
    "MethodResult",
    "Ranking",
    "Restarts",
    "Score",
    "Study",
    "facts",
    "study",
    "study_estimate",
]
