"""Walks by chance: random search and annealing."""
