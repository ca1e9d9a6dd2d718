"""Command headers: every spelling that SCPI allows for one of them.

Source: SCPI-1999 volume 1: short and long forms in any case, optional nodes in brackets, a header that
continues from the one before unless it starts with a colon.
"""

import re
from itertools import product

_NODE = re.compile(r"\[:?([A-Za-z]+):?\]|:?([A-Za-z]+)")


def spellings(pattern: str) -> list[str]:
    """Return all spellings of a header, in capitals.

    Args:
        pattern: as manuals print it: "MEASure:VOLTage[:DC]?", "[SOURce]:VOLTage[:LEVel]".
    """
    query = "?" if pattern.endswith("?") else ""
    choices = []
    for match in _NODE.finditer(pattern):
        optional, required = match.groups()
        node = optional or required
        forms = dict.fromkeys((re.sub("[a-z]", "", node), node.upper()))
        choices.append([*forms, ""] if optional else [*forms])
    return [":".join(node for node in nodes if node) + query for nodes in product(*choices)]
