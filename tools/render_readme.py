"""Write the tables of inputs, outputs and exit codes into ``README.md`` from the code.

    python -m tools.render_readme [--check]

``--check`` writes nothing and fails where the file and the code differ.
"""

from __future__ import annotations

import re
import sys

from qtm_action.exit_codes import ExitCode
from qtm_action.inputs.table import GROUPS, Input
from qtm_action.outcome.outputs import OUTPUTS
from tools.rendering import ROOT, cell, default_of, write

README = ROOT / "README.md"


def inputs_table() -> str:
    """Return every input by group, with its default and meaning, and when it is required."""
    rows = ["| input | default | |", "| --- | --- | --- |"]
    for group, inputs in GROUPS.items():
        rows.append(f"| **{group}** | | |")
        for each in inputs:
            name = f"`{each.name}`" + (" (secret)" if each.secret else "")
            rows.append(f"| {name} | {default_of(each)} | {_required(each)}{cell(each.help)} |")
    return "\n".join(rows)


def outputs_table() -> str:
    """Return every output with its meaning."""
    rows = ["| output | |", "| --- | --- |"]
    rows += [f"| `{name}` | {cell(meaning)} |" for name, meaning in OUTPUTS.items()]
    return "\n".join(rows)


def exit_codes_table() -> str:
    """Return every exit code with its meaning."""
    rows = ["| exit code | meaning |", "| --- | --- |"]
    rows += [f"| {int(code)} | {cell(code.meaning)} |" for code in ExitCode]
    return "\n".join(rows)


def render(text: str) -> str:
    """Return the README's ``text`` with every table as the code has it."""
    for name, table in (
        ("inputs", inputs_table()),
        ("outputs", outputs_table()),
        ("exit codes", exit_codes_table()),
    ):
        block = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        places = list(block.finditer(text))
        if len(places) != 1:
            raise SystemExit(f"README.md has {len(places)} places for the table of {name}, and needs one")
        place = places[0]
        text = f"{text[: place.start()]}{place[1]}{table}\n{place[2]}{text[place.end() :]}"
    return text


def _required(each: Input) -> str:
    return f"**{each.required[0].upper()}{each.required[1:]}.** " if each.required else ""


if __name__ == "__main__":
    sys.exit(write({README: render(README.read_text(encoding="utf-8"))}))
