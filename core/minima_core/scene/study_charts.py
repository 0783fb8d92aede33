"""The charts of a study: their names, for tabs and pictures, without what draws them."""

from minima_core.document.study import StudyChart

__all__ = ["STUDY_CHARTS"]

STUDY_CHARTS: tuple[tuple[StudyChart, str, str], ...] = (
    ("success", "Success", "How often each line reaches the target, with the interval that holds with 95 %."),
    ("ends", "Ends", "In which minimum the tries of each line end, in the colours of the basins."),
    ("record", "Record", "The lowest loss so far, try after try: the staircase of somebody who tries again."),
    ("solved", "Evaluations", "The share of tries that have reached the target, against what it has cost."),
)
"""The charts: name, title, what one sees."""
