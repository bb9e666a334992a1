"""Write GitLab's CI/CD component from the table of inputs in the code.

    python -m tools.render_component [--check]

The component has an input for each of the program's that is not a secret, with its type and its default,
and a few for the job itself. ``--check`` writes nothing and fails where the file and the table differ.
"""

from __future__ import annotations

import json
import sys
import textwrap

from qtm_action.inputs.table import INPUTS, Input, Kind
from tools.rendering import ROOT, write

COMPONENT = ROOT / "templates" / "qtm-import" / "template.yml"
# Secrets are variables of the project; files passed to later jobs have fixed paths, for GitLab to find them.
LEFT_OUT = {"report-file", "dotenv-file", "summary-file"}
HEAD = """\
# tools/render_component.py writes this from the table of inputs in qtm_action/inputs/table.py.
# Secrets are not inputs: QTM_API_KEY, and QTM_TOKEN (or QTM_USERNAME and QTM_PASSWORD), are masked CI/CD
# variables of the project or the group.
spec:
  inputs:
    job-name:
      description: Name of the job.
      type: string
      default: qtm-import
    stage:
      description: Stage of the job.
      type: string
      default: .post
    when:
      description: When the job runs; `always` imports the results of failed tests too.
      type: string
      default: always
      options: [always, on_success, on_failure, manual]
    image:
      description: Image of the job; use a digest to pin it.
      type: string
      default: ghcr.io/OWNER/qtm-action:1
    expire-in:
      description: How long GitLab keeps the report and the summary.
      type: string
      default: 30 days
"""
JOB = """\
---
"$[[ inputs.job-name ]]":
  stage: $[[ inputs.stage ]]
  when: $[[ inputs.when ]]
  image: $[[ inputs.image ]]
  variables:
    GIT_DEPTH: "1"
"""
TAIL = """\
  script:
    # In the project's folder, regardless of the import's working directory.
    - export QTM_DOTENV_FILE="$PWD/qtm-import.env" QTM_REPORT_FILE="$PWD/qtm-import.json"
    - export QTM_SUMMARY_FILE="$PWD/qtm-import.html"
    - qtm-action
  artifacts:
    when: always
    expire_in: $[[ inputs.expire-in ]]
    paths:
      - qtm-import.json
      - qtm-import.html
    reports:
      dotenv: qtm-import.env
"""


def entry(each: Input) -> str:
    """Return one input of the component."""
    note = each.default_note and not each.default
    # GitLab puts an input's text into the YAML as it is, before that is read: it can't have several lines.
    meaning = each.help.replace(", one per line", ", in one line: `{this,that}`")
    text = f"{meaning}. Default: {each.default_note}." if note else f"{meaning}."
    lines = textwrap.wrap(text, 100, break_on_hyphens=False, break_long_words=False)
    folded = "\n".join(f"        {line}" for line in lines)
    return f"    {each.name}:\n      description: >-\n{folded}\n" + "".join(
        f"      {line}\n" for line in kind(each)
    )


def kind(each: Input) -> list[str]:
    """Return type, default and options of an input; an input that may be left out is a string."""
    if each.kind is Kind.BOOLEAN and each.default:
        return ["type: boolean", f"default: {each.default}"]
    if each.kind is Kind.COUNT:
        return ["type: number", f"default: {each.default}"]
    lines = ["type: string", f"default: {each.default or json.dumps('')}"]
    options = ("true", "false") if each.kind is Kind.BOOLEAN else each.choices
    if options:
        known = dict.fromkeys([*options, each.default])
        lines.append(f"options: [{', '.join(json.dumps(option) for option in known)}]")
    return lines


def render() -> str:
    """Return the whole component."""
    inputs = [each for each in INPUTS if not each.secret and each.name not in LEFT_OUT]
    variables = "".join(f"    {each.variable}: '$[[ inputs.{each.name} ]]'\n" for each in inputs)
    return HEAD + "".join(map(entry, inputs)) + JOB + variables + TAIL


if __name__ == "__main__":
    sys.exit(write({COMPONENT: render()}))
