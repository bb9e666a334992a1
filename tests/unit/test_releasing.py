"""The release workflow does what docs/RELEASING.md says, and tools/release.py what the workflow needs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools.release import ReleaseError, changelog_section, check, pinned

ROOT = Path(__file__).resolve().parent.parent.parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
DOC = (ROOT / "docs" / "RELEASING.md").read_text(encoding="utf-8")
RELEASE_TEXT = (ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8")
RELEASE: dict[Any, Any] = yaml.safe_load(RELEASE_TEXT)
JOBS: dict[str, Any] = RELEASE["jobs"]
IMAGE = "ghcr.io/owner/repository@sha256:" + "ab" * 32


def steps(job: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = JOBS[job]["steps"]
    return found


def position(job: str, words: str) -> int:
    """Return where the one step of a job is that runs, uses or sets ``words``."""
    found = [index for index, step in enumerate(steps(job)) if words in yaml.safe_dump(step, width=10_000)]
    assert len(found) == 1, f"{words!r} is in {len(found)} steps of {job}"
    return found[0]


def documented_jobs() -> dict[str, tuple[str, dict[str, str]]]:
    """Return what the doc's table says of each job: the text, and its permissions."""
    rows = re.findall(r"^\| `(\w+)` \| (.*) \| (.*) \|$", DOC, re.MULTILINE)
    return {
        job: (text, dict(re.findall(r"`([a-z-]+): (\w+)`", permissions))) for job, text, permissions in rows
    }


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_of_others_is_pinned_by_commit_with_its_version_beside_it(workflow: Path) -> None:
    used = re.findall(r"^\s*(?:- )?uses: (.*)$", workflow.read_text(encoding="utf-8"), re.MULTILINE)
    assert used
    for each in used:
        assert each.startswith("./") or re.fullmatch(
            r"[\w-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", each
        ), each


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_no_workflow_has_permissions_beyond_those_of_its_jobs_or_keeps_the_token(workflow: Path) -> None:
    text = yaml.safe_load(workflow.read_text(encoding="utf-8"))
    assert text["permissions"] == {}
    for job in text["jobs"].values():
        assert job["permissions"]
        for step in job.get("steps", []):
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False


def test_the_documented_jobs_and_permissions_are_the_workflows() -> None:
    assert {job: permissions for job, (_, permissions) in documented_jobs().items()} == {
        job: body["permissions"] for job, body in JOBS.items()
    }


def test_the_documented_order_of_the_jobs_is_the_workflows() -> None:
    assert list(documented_jobs()) == list(JOBS)
    assert [JOBS[job].get("needs") for job in JOBS] == [
        None,
        None,
        ["verify", "checks"],
        ["verify", "build"],
        ["verify", "publish"],
    ]


def test_it_runs_on_the_documented_tag_and_asks_for_the_documented_approval() -> None:
    assert RELEASE[True] == {"push": {"tags": ["release/v[0-9]+.[0-9]+.[0-9]+"]}}
    assert "git push origin release/vX.Y.Z" in DOC
    approved = {job for job, body in JOBS.items() if body.get("environment") == "release"}
    assert approved == {"publish", "release"}
    assert "the environment `release`, which the jobs `publish` and `release` wait for" in DOC


def test_it_builds_on_both_documented_platforms() -> None:
    platforms = [each["platform"] for each in JOBS["build"]["strategy"]["matrix"]["include"]]
    assert platforms == ["linux/amd64", "linux/arm64"]
    assert ", ".join(platforms).replace(", ", " and ") in DOC


def test_it_tests_the_digest_that_it_pushed_before_anything_is_tagged() -> None:
    build = steps("build")[position("build", "docker/build-push-action@")]["with"]
    assert "push-by-digest=true" in build["outputs"]
    assert build["sbom"] is True
    assert build["provenance"] == "mode=max"
    assert "BASE=${{ needs.verify.outputs.base }}" in build["build-args"]

    tested = steps("build")[position("build", "make container-test")]
    assert tested["env"]["QTM_TEST_IMAGE"].endswith("@${{ steps.build.outputs.digest }}")
    assert position("build", "docker/build-push-action@") < position("build", "make container-test")
    assert position("build", "make container-test") < position("build", "actions/upload-artifact@")
    assert "--tag" not in str(JOBS["build"])


def test_it_tags_signs_and_attests_what_the_doc_says() -> None:
    tags = re.findall(
        r'--tag "\$IMAGE:([^"]+)"', str(steps("publish")[position("publish", "imagetools create")])
    )
    assert tags == ["$VERSION", "${VERSION%.*}", "${VERSION%%.*}", "sha-$GITHUB_SHA"]
    assert "`X.Y.Z`, `X.Y`, `X` and `sha-<commit>`" in DOC

    signed = steps("publish")[position("publish", "cosign sign")]["run"]
    assert signed.index("cosign sign") < signed.index("cosign verify")
    attested = [
        step["with"] for step in steps("publish") if step.get("uses", "").startswith("actions/attest@")
    ]
    assert ["sbom-path" in each for each in attested] == [False, True, True]
    assert all(each["push-to-registry"] for each in attested)


def test_it_tries_the_action_with_the_digest_before_it_tags_the_version() -> None:
    pin, tried, tag = (position("release", words) for words in ("release.py pin", "uses: ./", "git tag"))
    assert pin < tried < tag
    assert '"$IMAGE@$DIGEST"' in steps("release")[pin]["run"]

    moved = steps("release")[tag]["run"]
    assert 'git push origin "refs/tags/v$VERSION"' in moved  # without force: it never moves
    assert 'git push --force origin "refs/tags/v${VERSION%%.*}"' in moved
    assert moved.index("git push origin") < moved.index("git push --force") < moved.index("gh release create")


def test_a_tag_that_agrees_with_code_and_changelog_is_accepted() -> None:
    check(
        "release/v1.2.3",
        code='__version__ = "1.2.3"\n',
        changelog="# Log\n\n## [1.2.3] - 2026-05-20\n\n- New.\n",
    )


@pytest.mark.parametrize(
    ("tag", "code", "changelog", "told"),
    [
        ("v1.2.3", "1.2.3", "## 1.2.3\n- New.\n", "is not of the form release/v1.2.3"),
        ("release/v1.2", "1.2", "## 1.2\n- New.\n", "is not of the form"),
        ("release/v1.2.3", "1.2.4", "## 1.2.3\n- New.\n", "does not have that version"),
        ("release/v1.2.3", "1.2.3", "## Unreleased\n- New.\n", "has no section for 1.2.3"),
        ("release/v1.2.3", "1.2.3", "## 1.2.30\n- New.\n", "has no section for 1.2.3"),
        ("release/v1.2.3", "1.2.3", "## 1.2.3\n\n## 1.2.2\n- Old.\n", "says nothing about 1.2.3"),
    ],
)
def test_a_tag_that_does_not_agree_is_refused(tag: str, code: str, changelog: str, told: str) -> None:
    with pytest.raises(ReleaseError, match=re.escape(told)):
        check(tag, code=f'__version__ = "{code}"\n', changelog=changelog)


def test_the_notes_are_the_changelogs_section_alone() -> None:
    newest = "## [1.1.0] - today\n\n- New.\n\n### Fixed\n\n- Mended.\n\n"
    changelog = f"# Log\n\n## Unreleased\n\n{newest}## 1.0.0\n\n- First.\n"

    assert changelog_section(changelog, "1.1.0") == "- New.\n\n### Fixed\n\n- Mended.\n"
    assert changelog_section(changelog + "\n[1.0.0]: somewhere\n", "1.0.0") == "- First.\n"


def test_the_released_action_pulls_the_image_by_digest_and_is_otherwise_the_same() -> None:
    present = (ROOT / "action.yml").read_text(encoding="utf-8")
    action = re.sub(r"^  image: .*$", "  image: Dockerfile", present, flags=re.MULTILINE)  # of a release too
    released = pinned(action, IMAGE)

    before, after = yaml.safe_load(action), yaml.safe_load(released)
    assert after["runs"] == {"using": "docker", "image": f"docker://{IMAGE}"}
    assert {**after, "runs": before["runs"]} == before


@pytest.mark.parametrize(
    "image", ["ghcr.io/owner/repository:1.2.3", "ghcr.io/owner/repository@sha256:12", "x\ny"]
)
def test_an_image_that_is_not_named_by_digest_is_refused(image: str) -> None:
    with pytest.raises(ReleaseError, match="not an image named by digest"):
        pinned("runs:\n  image: Dockerfile\n", image)


def test_an_action_that_is_already_pinned_is_refused() -> None:
    with pytest.raises(ReleaseError, match="does not have the one line"):
        pinned(f"runs:\n  image: docker://{IMAGE}\n", IMAGE)
