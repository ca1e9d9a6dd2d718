"""The checklist, step by step: each a line, with a cause where something is wrong.

Source: the checklists of field articles on parallel batteries and on wiring Pylontech modules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bench.checks.check import Check
from bmshil.bench.commissioning import judging, plausibility
from bmshil.bench.commissioning.speakers import Speakers, understand
from bmshil.bench.commissioning.wording import named, unheard
from bmshil.errors import InstrumentError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bmshil.bench.commissioning.site import Site
    from bmshil.bench.commissioning.terms import Terms

BUS_STEPS = (
    "each alone",
    "all together",
    "identifiers",
    "module count",
    "charge current",
    "SOC spread",
    "temperature",
    "live values",
    "inverter display",
)
"""Steps that need a bus."""


class Walk:
    """Walks the checklist once.

    Args:
        site: what is commissioned.
        terms: what is known before.
        tell: gets a line when a step begins.

    Attributes:
        checks: one per step, in their order.
        packs: how many batteries; None as long as nobody has said.
        alone: what each was heard to say alone, by its number; None for one that was silent.
        together: who was heard with all of them on.
        measured: resistance of the cable, ohm, and temperature of the surroundings, degC, where known.
    """

    def __init__(self, site: Site, terms: Terms, tell: Callable[[str], object] = lambda _text: None) -> None:
        self.checks: list[Check] = []
        self.packs = terms.packs
        self.alone: dict[int, Speakers | None] = {}
        self.together: Speakers | None = None
        self.measured: dict[str, float] = {}
        self._site = site
        self._terms = terms
        self._tell = tell

    def walk(self) -> list[Check]:
        """Do all steps; what nobody could do or read is not checked, and says so."""
        self._step("termination", self._termination)
        if self._site.blocked:
            self.checks += [Check.skipped(name, self._site.blocked) for name in BUS_STEPS]
        else:
            self._on_the_bus()
        self.checks.append(judging.documentation(self._terms.photos, self._site.switches()))
        return self.checks

    def _on_the_bus(self) -> None:
        if self.packs is None:
            try:
                self.packs = self._site.count()
            except InstrumentError as error:
                self._tell(f"how many batteries there are, nobody says: {error}")
        self._step("each alone", self._each_alone)
        self._step("all together", self._all_together)
        self._step("identifiers", lambda: judging.identifiers(self.alone, self.together))
        self._step("module count", lambda: plausibility.module_count(self.together, self.packs))
        self._step(
            "charge current",
            lambda: plausibility.charge_current(self.together, self.packs, self._terms, self.alone),
        )
        self._step("SOC spread", lambda: plausibility.soc_spread(self.alone, self.together))
        self._step("temperature", self._temperature)
        self._step("live values", self._live)
        self._step("inverter display", self._display)

    def _step(self, name: str, do: Callable[[], Check]) -> None:
        self._tell(name)
        try:
            self.checks.append(do())
        except InstrumentError as error:
            self.checks.append(Check.skipped(name, str(error)))

    def _termination(self) -> Check:
        ohms = self.measured["resistance"] = self._site.resistance()
        return judging.termination(ohms)

    def _each_alone(self) -> Check:
        if self.packs is None:
            return Check.skipped("each alone", "how many batteries there are is not known: give --packs")
        if self.packs == 1:
            return Check.skipped("each alone", "one battery: it is alone anyway")
        for number in range(1, self.packs + 1):
            self._site.only(number)
            self.alone[number] = self._listen()
        return judging.each_alone(self.alone)

    def _all_together(self) -> Check:
        try:
            self._site.everyone()
        except InstrumentError as error:
            self.together = self._listen()
            if self.together is None:
                raise
            return Check.skipped("all together", f"{error}; heard: {named(self.together)}")
        self.together = self._listen()
        return judging.all_together(self.together, self.alone, self._site.ear.errors)

    def _temperature(self) -> Check:
        ambient = self._terms.ambient
        missing = ""
        if ambient is None:
            try:
                ambient = self._site.ambient()
            except InstrumentError as error:
                missing = str(error)
        if ambient is not None:
            self.measured["ambient"] = ambient
        return plausibility.temperature(self.together, ambient, missing)

    def _live(self) -> Check:
        found = plausibility.live(self.together)
        if found is not None or self.together is None:
            return found or unheard("live values")
        why = ""
        try:
            self._site.stir()
            found = plausibility.live(self._listen())
        except InstrumentError as error:
            why = str(error)
        finally:
            self._site.calm()
        return found or plausibility.dead(2 * self._terms.listen, why)

    def _display(self) -> Check:
        if self.together is None:
            return unheard("inverter display")
        packs = self.packs or len(self.together.each)
        return judging.display(packs, shown=self._site.shown(packs))

    def _listen(self) -> Speakers | None:
        self._site.ear.forget()
        self._site.run(self._terms.listen)
        return understand(
            self._site.ear.heard, self._terms.listen, speaks=self._terms.dialect, scheme=self._terms.scheme
        )
