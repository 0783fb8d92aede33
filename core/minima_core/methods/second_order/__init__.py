"""Methods that use curvature, given or learnt: Newton, quasi-Newton, conjugate gradients, trust regions."""
