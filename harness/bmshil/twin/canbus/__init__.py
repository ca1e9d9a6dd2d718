"""The CAN segment of the twin: bit times, arbitration, errors, and the python-can interface to it.

Nothing is imported here: python-can loads the interface ``twin`` by name.
"""
