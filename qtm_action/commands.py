"""The commands, and the help that lists them; loads nothing, so that it is shown at once."""

from __future__ import annotations

COMMANDS = {
    "import": "import the result files (the default)",
    "validate": "check spec, inputs and result files; no network",
    "demo": "import the shipped examples into the embedded sandbox",
    "sandbox": "run an embedded QTM4J server in the foreground",
    "schema": "print the JSON Schema of the import spec",
    "version": "print the version",
}


def overview() -> str:
    """Return what ``--help`` prints."""
    listed = "".join(f"  {name:<10} {meaning}\n" for name, meaning in COMMANDS.items())
    return f"""\
usage: qtm-action [COMMAND] [OPTION ...]

Import automated test results into QMetry Test Management for Jira (QTM4J).

commands:
{listed}
qtm-action COMMAND --help lists a command's options. Every option can be given as a variable too:
--jira-url is QTM_JIRA_URL. Secrets have no option: set QTM_API_KEY, and QTM_TOKEN or QTM_USERNAME and
QTM_PASSWORD.
"""
