"""A small lesson that tests go through: made here, it is none of the program’s."""

from __future__ import annotations

TEXT = """
format = 1
name = "three-steps"
title = "Three steps"
summary = "A lesson for tests."
minutes = 2
sources = ["Nobody, 2020."]

[[step]]
kind = "tell"
title = "A valley"
text = "One *parabola*. Its minimum is at {minimum 1 x}."

[step.scene]
formula = "(x - 1)^2"
lower = [-3]
upper = [3]
start = [-2]
runs = ["gradient-descent,lr=0.1"]
steps = 40
speed = 2000

[[step]]
kind = "predict"
title = "Where does it end?"
text = "It starts at {start 1 x}."
question = "Where does it end?"
options = ["Where it began", "At the minimum"]
right_when = ["run 1 x < -1", "run 1 x between 0.9 and 1.1"]
feedback = "It ended at x = {run 1 x}."

[step.scene]
formula = "(x - 1)^2"
lower = [-3]
upper = [3]
start = [-2.5]
runs = ["gradient-descent,lr=0.1"]
steps = 40
speed = 2000

[[step]]
kind = "act"
title = "Begin elsewhere"
text = "Start it at the right of the minimum."
until = ["start 1 x > 1.5", "run 1 x between 0.9 and 1.1"]
hint = "Click at the right."
done = "It came from {start 1 x}."
solution = { start = [2.5] }

[[step]]
kind = "explain"
title = "Both ways"
text = "A study says: {study 1 share} of {study 1 tries}."
study = { starts = 20, steps = 60 }
"""
