"""Methods that drive another one from start to start."""
