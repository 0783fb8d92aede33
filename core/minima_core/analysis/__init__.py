"""What a landscape holds, found by looking at it as a whole: minima, for now."""
