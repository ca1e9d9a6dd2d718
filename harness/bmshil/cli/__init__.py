"""The command bmshil."""

from bmshil.cli.main import main

__all__ = ["main"]
