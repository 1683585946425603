"""Audit records made of pieces that are canonical already: what a clerk would write, in a fraction of the time."""
