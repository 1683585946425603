"""The case table: an accepted and a refused request for every constraint of every operation, a chapter a file."""
