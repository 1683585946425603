"""The gateway's speed beside its peers: one command, `benchmarks/run`. Run from a checkout, never installed."""
