import json
import platform
import subprocess

import pytest


def _bit_rate(interface: str) -> int:
    shown = subprocess.run(  # noqa: S603 - a fixed command
        ["ip", "-json", "-details", "link", "show", interface],  # noqa: S607 - from the guest's PATH
        check=True,
        capture_output=True,
        text=True,
    )
    (link,) = json.loads(shown.stdout)
    return int(link["linkinfo"]["info_data"]["bittiming"]["bitrate"])


@pytest.mark.parametrize("interface", ["can0", "can1"])
def test_the_controllers_run_at_500_kbit_s_under_a_debian_kernel(interface: str) -> None:
    assert "-amd64" in platform.release()
    assert _bit_rate(interface) == 500_000
