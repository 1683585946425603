"""`python -m gateway` is `evs-gateway`."""

from gateway.cli import main

main()
