"""The software stand-in for everything outside the harness.

Nothing is imported here: the python-can interface ``twin`` is loaded by name, and whoever wants the
electrical world does not pay for the CAN bus.
"""
