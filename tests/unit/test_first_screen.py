"""The first screen of the README: what it is, for which Jira, and a step to copy."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
FIRST_SCREEN = {
    "name": r"^# qtm-action$",
    "one sentence naming the deployments": r"^Imports [^.]* on Server, Data Center and Cloud\.$",
    "what success means": r"The job succeeds only if QTM4J reports SUCCESS\b",
    "the step for GitHub": r"^```yaml\n +- uses: OWNER/qtm-action@v1\n",
    "what you need, and where to find it": r"^\| you need \| where to find it \|$",
    "other CIs": r"^- \*\*Other CIs\*\*: .*docs/gitlab\.md.*docs/jenkins\.md.*docs/other-ci\.md",
    "no Jira": r"^- \*\*No Jira yet\*\*: `make demo`",
    "stuck": r"^- \*\*Stuck\*\*: .*docs/troubleshooting\.md",
    "a picture": r"^!\[",
}


def test_the_first_screen_of_the_readme_has_what_a_reader_of_thirty_seconds_needs_in_order() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = {what: re.search(pattern, text, re.MULTILINE) for what, pattern in FIRST_SCREEN.items()}
    assert [what for what, match in found.items() if match is None] == []
    places = {what: match.start() for what, match in found.items() if match}
    assert sorted(places, key=places.__getitem__) == list(FIRST_SCREEN)
    assert text.count("```yaml", 0, places["a picture"]) == 1  # the other CIs' steps are folded
