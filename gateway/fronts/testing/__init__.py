"""The gateway in tests: what the pytest plugin and the context manager give to those who test against EVS.

Loaded in every pytest run of an environment that has the gateway, so nothing here imports more than the standard
library and pytest; the gateway itself is imported when a test asks for it.
"""
