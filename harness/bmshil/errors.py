"""Every error that bmshil raises on purpose, in one tree.

::

    BmsHilError
    ├── InputError (ValueError)         what a user wrote cannot be used: exit code 2
    │   ├── BankError                   a bank that cannot exist
    │   ├── IdentifierError             identifiers that overlap or do not fit
    │   └── CaptureError                a capture that cannot be read
    ├── CodecError (ValueError)         a value that does not fit its message
    ├── RigError                        the bench is not fit to test: exit code 2, blocked inside a test
    │   ├── PortError (OSError)         a bus adapter refuses, fails or vanishes
    │   ├── InstrumentError (OSError)   an instrument does not answer, or answers as something else
    │   ├── EnvelopeError               a value outside what the rig may do
    │   └── TimelineError (RuntimeError) time was used in a way that cannot work
    ├── Blocked                         a precondition of a requirement is not met
    ├── Inconclusive                    the measurement cannot tell right from wrong
    └── DutFailed (AssertionError)      the judge found against the device under test

A message says what, where and what to do. Every class can be pickled, because pytest-xdist sends
exceptions between processes.
"""


class BmsHilError(Exception):
    """The root: whoever catches this catches everything that bmshil raises on purpose."""


class InputError(BmsHilError, ValueError):
    """What a user wrote cannot be used.

    Examples: an unknown key in a rig file, a fault that names pack 9 of 3, a profile that does not exist.
    """


class BankError(InputError):
    """A bank that cannot exist.

    Examples: no pack is connected, a resistance of zero, two packs with different numbers of cells.
    """


class IdentifierError(InputError):
    """Identifiers that overlap, or that do not fit.

    Examples: +0x100 with six packs leaves 11 bits, +0x10 with three packs meets 0x371 of the device.
    """


class CaptureError(InputError):
    """A capture that cannot be read.

    Examples: an unknown file format, a file cut off in the middle, no frame of a battery in it.
    """


class CodecError(BmsHilError, ValueError):
    """A value that does not fit its message.

    Examples: a charge voltage of 7000 V in 16 bits of 0.1 V, a frame with fewer bytes than a signal needs.
    """


class RigError(BmsHilError):
    """The bench is not fit to test.

    Examples: an adapter is missing, termination reads 41 ohm, the lock is held by another run.
    """


class PortError(RigError, OSError):
    """A bus adapter refuses, fails or vanishes.

    Examples: the interface does not exist, the adapter was unplugged, its transmit buffer stays full.
    """


class InstrumentError(RigError, OSError):
    """An instrument does not answer, answers as something else, or did not do what it was told.

    Examples: connection refused, another identity, a setting that reads back differently, a timeout.
    """


class EnvelopeError(RigError):
    """A value outside what the rig may do; nothing was sent, or the rig was switched off.

    Examples: a set-point of 70 V on a 60 V rig, a measured current above the rig's rating.
    """


class TimelineError(RigError, RuntimeError):
    """Time was used in a way that cannot work.

    Examples: waiting inside an event, another thread that waits on simulated time, an endless loop of
    events at one instant.
    """


class Blocked(BmsHilError):  # noqa: N818 - a verdict, not a defect
    """A precondition of a requirement is not met, so nothing can be judged.

    Examples: the stimulus does not reach 1.2 times the limit under test, the device did not come back.
    """


class Inconclusive(BmsHilError):  # noqa: N818 - a verdict, not a defect
    """The measurement cannot tell right from wrong.

    Examples: the rig left its own tolerance meanwhile, the wrong answer lies within the uncertainty.
    """


class DutFailed(BmsHilError, AssertionError):  # noqa: N818 - a verdict, not a defect
    """The judge found against the device under test. Only the judge raises this."""
