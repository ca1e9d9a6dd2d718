"""Whether a device can be tested on a rig, at which levels, and what a requirement needs of both."""
