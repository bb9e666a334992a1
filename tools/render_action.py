"""Write ``action.yml`` from the tables of inputs and outputs in the code.

    python tools/render_action.py [--check]

``--check`` writes nothing and fails where the file and the tables differ. Inputs have no ``default``:
GitHub would pass it as if the user had given it, over a ``QTM_…`` variable of the job. A released
``action.yml`` names an image by digest; that line is left as it is.
"""

from __future__ import annotations

import re
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from qtm_action.inputs.table import INPUTS, Input  # noqa: E402 - found from the line above
from qtm_action.outcome.outputs import OUTPUTS  # noqa: E402

ACTION = ROOT / "action.yml"
BUILT_FROM_SOURCE = "  image: Dockerfile"
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
    default = f"`{each.default}`" if each.default else ""
    either = "; ".join(part for part in (default, each.default_note) if part)
    text = each.help + (f". Default: {either}." if either else ".")
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


def main() -> int:
    """Write or check the file."""
    present = ACTION.read_text(encoding="utf-8") if ACTION.exists() else ""
    image = IMAGE.search(present)
    text = render(image.group() if image else BUILT_FROM_SOURCE)
    if "--check" not in sys.argv[1:]:
        ACTION.write_text(text, encoding="utf-8")
    elif present != text:
        print("action.yml differs from the tables in the code: run python tools/render_action.py")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
