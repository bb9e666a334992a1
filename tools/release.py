"""What the release workflow needs to know of the checkout, and changes in it.

python tools/release.py check release/v1.2.3    the tag, the code and the changelog agree
python tools/release.py notes 1.2.3             print the changelog's section of a version
python tools/release.py pin ghcr.io/…@sha256:…  let action.yml pull an image in place of building it
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TAG = re.compile(r"release/v(?P<version>\d+\.\d+\.\d+)")
VERSION_IN_CODE = re.compile(r'^__version__ = "(?P<version>[^"]+)"$', re.MULTILINE)
IMAGE = re.compile(r"[a-z0-9.-]+(?::\d+)?(?:/[a-z0-9._-]+)+@sha256:[0-9a-f]{64}")
BUILT_FROM_SOURCE = "  image: Dockerfile\n"


class ReleaseError(Exception):
    """Why this checkout can't be released like this."""


def changelog_section(changelog: str, version: str) -> str:
    """Return what the changelog says of a version; raise ReleaseError where it says nothing."""
    heading = re.compile(rf"^## \[?v?{re.escape(version)}\]?(?:\s.*)?$", re.MULTILINE)
    found = heading.search(changelog)
    if found is None:
        raise ReleaseError(f"CHANGELOG.md has no section for {version}: give it the heading `## {version}`")
    following = re.compile(r"^(?:## |\[[^\]]+\]: )", re.MULTILINE).search(changelog, found.end())
    section = changelog[found.end() : following.start() if following else len(changelog)].strip()
    if not section:
        raise ReleaseError(f"CHANGELOG.md says nothing about {version}")
    return section + "\n"


def check(tag: str, *, code: str, changelog: str) -> None:
    """Raise ReleaseError where a tag, the version in the code and the changelog differ."""
    named = TAG.fullmatch(tag)
    if named is None:
        raise ReleaseError(f"the tag {tag} is not of the form release/v1.2.3")
    present = VERSION_IN_CODE.search(code)
    if present is None or present["version"] != named["version"]:
        raise ReleaseError(f"the tag is {tag}, and qtm_action/__init__.py does not have that version")
    changelog_section(changelog, named["version"])


def pinned(action: str, image: str) -> str:
    """Return an ``action.yml`` that pulls ``image`` in place of building the Dockerfile."""
    if IMAGE.fullmatch(image) is None:
        raise ReleaseError(f"{image} is not an image named by digest")
    if action.count(BUILT_FROM_SOURCE) != 1:
        raise ReleaseError("action.yml does not have the one line `image: Dockerfile`")
    return action.replace(BUILT_FROM_SOURCE, f"  image: docker://{image}\n")


def main() -> None:
    """Run one command on this checkout."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=["check", "notes", "pin"])
    parser.add_argument("subject", metavar="TAG|VERSION|IMAGE")
    given = parser.parse_args()
    changelog, action = ROOT / "CHANGELOG.md", ROOT / "action.yml"
    if given.command == "check":
        code = (ROOT / "qtm_action" / "__init__.py").read_text(encoding="utf-8")
        check(given.subject, code=code, changelog=changelog.read_text(encoding="utf-8"))
    elif given.command == "notes":
        sys.stdout.write(changelog_section(changelog.read_text(encoding="utf-8"), given.subject))
    else:
        action.write_text(pinned(action.read_text(encoding="utf-8"), given.subject), encoding="utf-8")


if __name__ == "__main__":
    try:
        main()
    except ReleaseError as error:
        sys.exit(f"release: {error}")
