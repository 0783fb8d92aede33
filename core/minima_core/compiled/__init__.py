"""Machine code on demand: kernels, the memory they work on, and the drivers that step a method.

Nothing here imports numba until a kernel is first asked for its address.
"""
