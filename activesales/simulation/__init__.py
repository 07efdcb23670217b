"""A department at work, played day by day through the verbs of the screens: what `make demo` shows and tests start from.

Nothing here writes a result. A company is registered, called, mailed and sold to by the same services that people use,
each with the simulated moment as `now`.
"""
