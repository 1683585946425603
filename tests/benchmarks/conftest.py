"""The benchmarks are run from a checkout and never installed, so their tests put the checkout on the path."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
