"""A profile file that tests may bend."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bmshil.inverter import Profile, profile

GOOD = """\
title: A good inverter
source: a made-up data sheet, version 1
declares:
  dialect: pylontech-lv-1.2
  id_scheme: "+0x100"
  batteries: several
  aggregation: {cvl: minimum, ccl: sum, dcl: sum, soc: capacity_weighted, alarms: any}
  module_count: dynamic
  rating: {charge_current: 100, discharge_current: 120, power: 5000, voltage: [40, 60]}
  period: {fastest: 0.2, nominal: 1.0}
  timeouts: {all: 60, limits: 50, pack: 5}
  on_timeout: stop
  tick: 1.0
  follow_lag: 3.0
  recovery: {mode: auto, communication: 2, power: 10}
  keepalive: {id: 0x305, period: 1.0, grace: 5.0}
  accuracy: {voltage: 0.1, current: 1.0}
  boot: 5.0
  readback: {soc: {address: 3, scale: 0.001}}
  setup_sheet: ["Battery type: lithium"]
behaves:
  lag: 0.5
  aggregation: {soc: average}
"""


@pytest.fixture
def make_profile(tmp_path: Path) -> Callable[..., Profile]:
    """Write the good profile with one text replaced by another, and read it."""

    def make(old: str = "", new: str = "") -> Profile:
        assert old in GOOD
        path = tmp_path / "made_up.yaml"
        path.write_text(GOOD.replace(old, new, 1) if old else GOOD, encoding="utf-8")
        return profile(path)

    return make
