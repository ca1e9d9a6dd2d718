"""What stands at the end of each help page: an example or more, and what the exit codes mean."""

from __future__ import annotations

FIRST_STEPS = """\
first steps, without any hardware:
  bmshil check twin              is the rig fit to test?
  bmshil qualify twin -k LIM-04  one requirement, with a report
  bmshil COMMAND --help          what a command takes, with an example

"""

EXAMPLES = {
    "qualify": (
        "bmshil qualify twin -k LIM-04                  # one requirement, without hardware",
        "bmshil qualify twin --mutate averages_cvl      # everything, on a known bad inverter",
        "bmshil qualify rigs/lab.yaml --lane smoke      # half an hour on a rig of your own",
        "bmshil qualify rigs/lab.yaml --budget 8h --unattended",
    ),
    "check": ("bmshil check twin", "bmshil check rigs/lab.yaml --plan    # opens nothing"),
    "sheet": ("bmshil sheet rigs/lab.yaml", "bmshil sheet rigs/lab.yaml --operator NAME"),
    "off": ("bmshil off rigs/lab.yaml",),
    "drill": ("bmshil drill rigs/lab.yaml",),
    "report": ("bmshil report runs/20260101-120000-pylon_parallel",),
    "emulate": (
        "bmshil emulate rigs/lab.yaml",
        'bmshil emulate twin --duration 2min --fault "pack2.override cvl=55.2 @10s for 20s"',
    ),
    "replay": ("bmshil replay capture.log --rig rigs/lab.yaml",),
    "commission": ("bmshil commission socketcan:can0 --packs 3 --module us3000c",),
    "mistakes": ("bmshil mistakes", "bmshil mistakes terminator_off"),
    "twin": ("bmshil twin twin-process --duration 10min",),
    "requirements": ("bmshil requirements --dut sma_si",),
    "scenarios": (
        "bmshil scenarios --subject dut    # what an inverter can do wrong",
        "bmshil scenarios S74              # all that is known of one of them",
        "bmshil play S74                   # watch it",
    ),
    "play": (
        "bmshil play S74                   # on the twin, two minutes of its time",
        "bmshil play S14 --mutate averages_cvl",
        "bmshil play S74 --rig rigs/lab.yaml --for 300",
    ),
    "instruments": ("bmshil instruments --role meter",),
    "mutations": ("bmshil mutations --profiles", "bmshil mutations --dut sma_si"),
    "diverge": ("bmshil diverge --days 90 --rule lowest --plot course.svg",),
    "gallery": ("bmshil gallery hub --out pictures",),
    "dbc": ("bmshil dbc --scheme +0x100 --packs 3 --dut pylon_parallel -o bank.dbc",),
}
"""Command lines of the commands that do not bring their own."""

VERDICTS = """\
exit codes: 0 all passed, 1 a verdict failed, 2 bad input or rig,
            3 inconclusive or blocked, 4 an error of the harness
"""

DONE = "exit codes: 0 done, 2 bad input or rig, 4 an error of the harness\n"

EXITS = {
    "qualify": VERDICTS,
    "check": "exit codes: 0 fit to test, 2 bad input or not fit, 4 an error of the harness\n",
    "off": """\
A run that was not confirmed off locks its rig until this command has succeeded.
exit codes: 0 everything is verified off, 1 something may still be on, 2 bad input or rig
""",
    "drill": "exit codes: 0 everything was verified off, 1 it was not, 2 bad input or rig\n",
    "verify": "exit codes: 0 as it was sealed, 1 something has changed, 2 bad input or not sealed\n",
    "rejudge": "exit codes: 0 every verdict came out again, 1 one did not, 2 bad input\n",
    "commission": "exit codes: 0 the bank is as it should be, 1 a step failed, 2 bad input or rig,\n"
    "            3 nothing could be checked, 4 an error of the harness\n",
    "mistakes": "exit codes: 0 each shows as in the field, 1 one does not, 2 bad input\n",
    "play": "Everything is off afterwards.\n"
    "exit codes: 0 done, or stopped with Ctrl-C, 2 bad input or rig, or one that cannot play it,\n"
    "            3 the device did not come to where it begins, 4 an error of the harness\n",
    "report": "exit codes: 1 when the evidence has changed, else that of the run (0 all passed, 1 a verdict\n"
    "            failed, 3 inconclusive or blocked, 4 an error of the harness), 2 bad input\n",
    "seal": "exit codes: 0 sealed, 2 bad input, or sealed already, 4 an error of the harness\n",
    "killmatrix": "exit codes: 0 all caught and no false alarm, 1 not so, 2 bad input,\n"
    "            4 an error of the harness\n",
}
"""What the exit codes of a command mean, where it can end with others than those of DONE."""


def epilog(command: str) -> str:
    """The end of a command's help page."""
    lines = "".join(f"  {line}\n" for line in EXAMPLES.get(command, ()))
    examples = f"{'example' if lines.count('bmshil') == 1 else 'examples'}:\n{lines}\n" if lines else ""
    return examples + EXITS.get(command, DONE)
