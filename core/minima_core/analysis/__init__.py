"""What a landscape holds, found by looking at it as a whole: minima, for now."""

from minima_core.analysis.minima import Minimum, find_minima

__all__ = ["Minimum", "find_minima"]
