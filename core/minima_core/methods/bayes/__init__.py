"""Methods that model what they have seen."""
