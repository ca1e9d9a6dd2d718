"""Wiring mistakes of the field, played on a bench that tells what it sees of them."""

from bmshil.bench.mistakes.played import Played
from bmshil.bench.mistakes.playing import PLAYS, play, play_on_twins

__all__ = ["PLAYS", "Played", "play", "play_on_twins"]
