"""Write ``docs/frameworks.md`` from the table that ``qtm-action init`` knows.

    python -m tools.render_frameworks [--check]

``--check`` writes nothing and fails where the file and the code differ.
"""

from __future__ import annotations

import sys
from itertools import groupby

from qtm_action.init.frameworks import FRAMEWORKS, Framework
from tools.rendering import ROOT, cell, write

PAGE = ROOT / "docs" / "frameworks.md"
HEAD = """\
# Frameworks

How to make each framework write a report that QTM4J imports, and what to write for `format` and `files`.
`qtm-action init` uses this table: it searches the workspace for existing results, or for frameworks named
in the build files, writes a `qtm-import.yml` for them, and prints the step for your pipeline.

You can change the file names in the commands, as long as `files` uses the same names. Patterns are relative
to `working-directory` ([more on patterns](README.md#what-to-write-for-format-and-files)).
"""
FOOT = """
## Screenshots

- **Cucumber**: screenshots that a step attaches (`scenario.attach(…)`, `this.attach(…)`) are in the JSON
  itself. Set `attachFile: true`; you do not need `attachments`.
- **QAF**: screenshots are in the folder `img` of a run. `attachFile: true` adds them to the archive.
- For the other formats, QTM4J does not import screenshots.

## QAF's folders

QAF writes a folder for each run. Give the folder that contains the runs, and the newest run is imported:

```text
test-results/                       files: [test-results]
├── meta-info.json                  list of the runs
└── 24-11-2026_03_55_41/            a run
    ├── json/
    │   ├── meta-info.json          marks the folder as a run
    │   └── <suite>/<test>/…        a meta-info.json per test class, a file per test
    └── img/                        screenshots
```

## A framework that is not listed

Most frameworks write JUnit XML, or have a plugin that does: use `format: junit`. For Cucumber's JSON, from
any tool, use `format: cucumber`. SpecFlow's JSON (`format: specflow`) is an object with `features`, each with
`scenarios`. QTM4J does not import the XML of NUnit, xUnit.net or MSTest (TRX), or Allure's results; write
JUnit XML in addition.
"""


def page() -> str:
    """Return the whole page."""
    head = "| framework | command | `format` | `files` | |\n| --- | --- | --- | --- | --- |\n"
    tables = [
        f"\n## {language}\n\n{head}{''.join(map(row, rows))}"
        for language, rows in groupby(FRAMEWORKS, key=lambda each: each.language)
    ]
    return HEAD + "".join(tables) + FOOT


def row(each: Framework) -> str:
    """Return the row of a framework."""
    cells = (each.name, f"`{each.command}`", f"`{each.format.value}`", f"`{each.files}`", each.note)
    return f"| {' | '.join(map(cell, cells))} |\n"


if __name__ == "__main__":
    sys.exit(write({PAGE: page()}))
