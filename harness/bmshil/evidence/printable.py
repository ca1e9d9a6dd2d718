"""Text of evidence on a screen: nothing in it may move the cursor or hide a line."""


def printable(text: str) -> str:
    """The text, with every character written out that would not print as itself."""
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text)
