"""Write ``action.yml`` from the tables of inputs and outputs in the code.

    python -m tools.render_action [--check]

``--check`` writes nothing and fails where the file and the tables differ. Inputs have no ``default``:
GitHub would pass it as if the user had given it, over a ``QTM_…`` variable of the job. A released
``action.yml`` names an image by digest; that line is left as it is.
"""

from __future__ import annotations

import re
import sys
import textwrap

from qtm_action.inputs.table import INPUTS, Input
from qtm_action.outcome.outputs import OUTPUTS
from tools.rendering import ROOT, default_of, write

ACTION = ROOT / "action.yml"
IMAGE = re.compile(r"^  image: .*$", re.MULTILINE)
HEAD = """\
# tools/render_action.py writes this from the tables in inputs/table.py and outcome/outputs.py.
name: Import test results into QTM4J
description: >-
  Import JUnit, TestNG, Cucumber, QAF, UFT and SpecFlow results into QMetry for Jira (QTM4J),
  and report the outcome
author: qtm-action maintainers
branding:
  icon: upload-cloud
  color: blue
"""


def description(each: Input) -> str:
    """Return what an input means, with its default."""
    default = default_of(each)
    text = each.help + (f". Default: {default}." if default else ".")
    return text + (" Pass it from a secret." if each.secret else "")


def entry(name: str, text: str, *, required: bool | None = None) -> str:
    """Return one input or output as YAML, its description folded to lines of 116 columns."""
    lines = textwrap.wrap(text, 110, break_on_hyphens=False, break_long_words=False)
    block = "\n".join(f"      {line}" for line in lines)
    needed = "" if required is None else f"    required: {str(required).lower()}\n"
    return f"  {name}:\n    description: >-\n{block}\n{needed}"


def render(image: str) -> str:
    """Return the whole file; ``image`` is its line of that name."""
    inputs = "".join(entry(each.name, description(each), required=False) for each in INPUTS)
    outputs = "".join(entry(name, f"{text}.") for name, text in OUTPUTS.items())
    return f"{HEAD}inputs:\n{inputs}outputs:\n{outputs}runs:\n  using: docker\n{image}\n"


if __name__ == "__main__":
    [image] = IMAGE.findall(ACTION.read_text(encoding="utf-8"))
    sys.exit(write({ACTION: render(image)}))
