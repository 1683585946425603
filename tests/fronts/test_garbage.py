"""How often a serving process looks for garbage."""

import subprocess
import sys

_TOLD = """
import gc
from gateway.fronts.garbage import look_seldom
look_seldom()
class Node: pass
node = Node(); node.itself = node
del node
print(gc.get_threshold(), gc.get_freeze_count() > 1000, gc.collect())
"""


def test_what_was_there_is_left_alone_and_new_cycles_are_found():
    told = subprocess.run([sys.executable, "-c", _TOLD], capture_output=True, text=True, check=True).stdout
    assert told.split(") ")[0] + ")" == "(10000, 20, 50)"
    assert told.split(") ")[1].split()[0] == "True"
    assert int(told.split()[-1]) >= 1
