"""Faults on purpose: slow, wrong, cut and missing answers over live or replayed traffic, to test a client's patience.

`declared` is what an operator writes down, `overlay` decides which request it happens to. Nothing here does it: the
doors do.
"""
