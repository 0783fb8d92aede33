"""How many pixels make an inch, unless a picture says otherwise."""

__all__ = ["DOTS_PER_INCH"]

DOTS_PER_INCH = 96
