"""What the release workflow needs to know of the checkout, and changes in it.

python tools/release.py check release/v1.2.3 account/repository
                                  the tag, the code, the changelog and the package's links agree
python tools/release.py notes 1.2.3             print the changelog's section of a version
python tools/release.py pin ghcr.io/…@sha256:…  let action.yml pull an image in place of building it
git ls-remote --tags origin | python tools/release.py moving 1.2.3
                                  print which of 1.2, 1 and latest become this version
gh api …/rulesets/… | jq --slurp . | python tools/release.py rules 1.2.3
                                  the repository's rules let a workflow make the version's tag
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ROOT = Path(__file__).resolve().parent.parent
TAG = re.compile(r"release/v(?P<version>\d+\.\d+\.\d+)")
RELEASED = re.compile(r"\srefs/tags/v(\d+)\.(\d+)\.(\d+)$", re.MULTILINE)
VERSION_IN_CODE = re.compile(r'^__version__ = "(?P<version>[^"]+)"$', re.MULTILINE)
IMAGE = re.compile(r"[a-z0-9.-]+(?::\d+)?(?:/[a-z0-9._-]+)+@sha256:[0-9a-f]{64}")
BUILT_FROM_SOURCE = "  image: Dockerfile\n"
# What a ruleset may ask of each tag without stopping the workflow: a version's tag is made once, a major
# version's is moved, and the candidate's is deleted.
HARMLESS = {
    "version": {"update", "deletion", "non_fast_forward"},
    "major": {"deletion"},
    "candidate": set[str](),
}


class ReleaseError(Exception):
    """Why this checkout can't be released like this."""


def changelog_section(changelog: str, version: str) -> str:
    """Return what the changelog says of a version; raise ReleaseError where it says nothing."""
    heading = re.compile(rf"^## \[?v?{re.escape(version)}\]?(?:[ \t].*)?$", re.MULTILINE)
    found = heading.search(changelog)
    if found is None:
        raise ReleaseError(f"CHANGELOG.md has no section for {version}: give it the heading `## {version}`")
    following = re.compile(r"^(?:## |\[[^\]]+\]: )", re.MULTILINE).search(changelog, found.end())
    section = changelog[found.end() : following.start() if following else len(changelog)].strip()
    if not section:
        raise ReleaseError(f"CHANGELOG.md says nothing about {version}")
    return section + "\n"


def check(tag: str, repository: str, *, code: str, changelog: str, project: str) -> None:
    """Raise ReleaseError where a tag, the version in the code, the changelog and the links differ."""
    named = TAG.fullmatch(tag)
    if named is None:
        raise ReleaseError(f"the tag {tag} is not of the form release/v1.2.3")
    present = VERSION_IN_CODE.search(code)
    if present is None or present["version"] != named["version"]:
        raise ReleaseError(f"the tag is {tag}, and qtm_action/__init__.py does not have that version")
    changelog_section(changelog, named["version"])
    source = tomllib.loads(project)["project"]["urls"]["Source"]
    if source != f"https://github.com/{repository}":
        raise ReleaseError(
            f"pyproject.toml links to {source}, and this is {repository}: "
            "put its account and name into the files, as docs/RELEASING.md says"
        )


def pinned(action: str, image: str) -> str:
    """Return an ``action.yml`` that pulls ``image`` in place of building the Dockerfile."""
    if IMAGE.fullmatch(image) is None:
        raise ReleaseError(f"{image} is not an image named by digest")
    if action.count(BUILT_FROM_SOURCE) != 1:
        raise ReleaseError("action.yml does not have the one line `image: Dockerfile`")
    return action.replace(BUILT_FROM_SOURCE, f"  image: docker://{image}\n")


def moving(version: str, remote_tags: str) -> list[str]:
    """Return which of ``1.2``, ``1`` and ``latest`` become ``version``: those that name nothing newer.

    ``remote_tags`` is what ``git ls-remote --tags`` prints.
    """
    own = tuple(map(int, version.split(".")))
    released = [tuple(map(int, each.groups())) for each in RELEASED.finditer(remote_tags)]
    names = {".".join(map(str, own[:2])): 2, str(own[0]): 1, "latest": 0}
    return [
        name
        for name, shared in names.items()
        if all(each <= own for each in released if each[:shared] == own[:shared])
    ]


def check_rules(version: str, rulesets: Iterable[Mapping[str, Any]]) -> None:
    """Raise ReleaseError where a ruleset stops a workflow from tagging the version or moving the major tag.

    A workflow's token can't be put on a ruleset's bypass list, and the push comes after the upload to PyPI,
    which can't be taken back.
    """
    tags = {
        "version": f"refs/tags/v{version}",
        "major": f"refs/tags/v{version.partition('.')[0]}",
        "candidate": f"refs/tags/candidate/v{version}",
    }
    for ruleset in rulesets:
        if ruleset.get("target") != "tag" or ruleset.get("enforcement") != "active":
            continue
        rules = {each["type"] for each in ruleset.get("rules", [])}
        names = ruleset.get("conditions", {}).get("ref_name", {})
        for kind, ref in tags.items():
            named = _names(names.get("include", ["~ALL"]), ref) and not _names(names.get("exclude", []), ref)
            if named and (refused := sorted(rules - HARMLESS[kind])):
                raise ReleaseError(
                    f"the ruleset {ruleset['name']!r} keeps the workflow from pushing {ref} "
                    f"({', '.join(refused)}): docs/RELEASING.md says which rules it can work with"
                )


def _names(patterns: Iterable[str], ref: str) -> bool:
    """Return whether a pattern names ``ref``, as Ruby's fnmatch does, which GitHub uses.

    ``**/`` stands for any number of folders, none included; ``*`` and ``?`` do not cross a slash.
    """
    for each in patterns:
        parts = (re.escape(part) for part in each.split("**/"))
        expression = "(?:.*/)?".join(part.replace(r"\*", "[^/]*").replace(r"\?", "[^/]") for part in parts)
        if each == "~ALL" or re.fullmatch(expression, ref):
            return True
    return False


def main() -> None:
    """Run one command on this checkout."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name, *subjects in (
        ("check", "tag", "repository"),
        ("notes", "version"),
        ("pin", "image"),
        ("moving", "version"),
        ("rules", "version"),
    ):
        command = commands.add_parser(name)
        for subject in subjects:
            command.add_argument(subject)
    arguments = parser.parse_args()
    match arguments.command:
        case "check":
            check(
                arguments.tag,
                arguments.repository,
                code=_read("qtm_action/__init__.py"),
                changelog=_read("CHANGELOG.md"),
                project=_read("pyproject.toml"),
            )
        case "notes":
            sys.stdout.write(changelog_section(_read("CHANGELOG.md"), arguments.version))
        case "pin":
            (ROOT / "action.yml").write_text(pinned(_read("action.yml"), arguments.image), encoding="utf-8")
        case "moving":
            sys.stdout.writelines(f"{name}\n" for name in moving(arguments.version, sys.stdin.read()))
        case _:
            check_rules(arguments.version, json.load(sys.stdin))


def _read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


if __name__ == "__main__":
    try:
        main()
    except ReleaseError as error:
        sys.exit(f"release: {error}")
