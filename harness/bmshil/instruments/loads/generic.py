"""An electronic load in generic SCPI."""

from __future__ import annotations

from bmshil.instruments.loads.core import CoreLoad


class ScpiLoad(CoreLoad):
    """Load role over ``FUNC``, ``CURR|VOLT|RES|POW``, ``INP`` and ``MEAS``, and nothing beyond.

    Source: the core that Rigol DL3000, Siglent SDL1000X, ITECH IT8500+ and BK Precision 8600 share.
    """

    models = "electronic loads with FUNC, CURR, VOLT, RES, POW, INP and MEAS"
