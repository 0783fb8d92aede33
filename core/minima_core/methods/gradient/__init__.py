"""Methods that follow the gradient: descent, momentum, adaptive rates, line search."""
