"""Recordings: what is kept of an exchange, how secrets stay out, and how a replay finds its answer."""
