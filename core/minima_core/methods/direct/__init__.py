"""Methods that go down by values alone: the simplex and patterns of points."""
