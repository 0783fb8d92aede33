"""Methods that keep a population, or a bell from which one is drawn."""
