"""The release workflow does what docs/RELEASING.md says, and tools/release.py what the workflow needs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools.release import ReleaseError, changelog_section, check, check_rules, moving, pinned

ROOT = Path(__file__).resolve().parent.parent.parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
DOC = (ROOT / "docs" / "RELEASING.md").read_text(encoding="utf-8")
RELEASE_TEXT = (ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8")
RELEASE: dict[Any, Any] = yaml.safe_load(RELEASE_TEXT)
JOBS: dict[str, Any] = RELEASE["jobs"]
PROJECT = '[project.urls]\nSource = "https://github.com/account/qtm-action"\n'
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
def test_every_action_of_others_is_pinned_by_commit_with_its_version_next_to_it(workflow: Path) -> None:
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
        assert job["permissions"], job
        for step in job.get("steps", []):
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False


def test_the_documented_jobs_and_permissions_are_the_workflows() -> None:
    assert {job: permissions for job, (_, permissions) in documented_jobs().items()} == {
        job: body["permissions"] for job, body in JOBS.items()
    }


def test_the_documented_order_of_the_jobs_is_the_workflows() -> None:
    assert list(documented_jobs()) == list(JOBS)
    assert {job: body.get("needs") for job, body in JOBS.items()} == {
        "verify": None,
        "checks": None,
        "package": "verify",
        "build": ["verify", "checks"],
        "rehearse": ["verify", "package", "build"],
        "sign": ["verify", "rehearse"],
        "pypi": "sign",
        "release": ["verify", "rehearse", "pypi"],
    }


def test_it_runs_on_the_documented_tag_and_asks_for_the_documented_approval() -> None:
    assert RELEASE[True] == {"push": {"tags": ["release/v[0-9]+.[0-9]+.[0-9]+"]}}
    assert "git push origin release/vX.Y.Z" in DOC
    environments = {job: body["environment"] for job, body in JOBS.items() if "environment" in body}
    assert environments == {
        "sign": "release",
        "pypi": {"name": "pypi", "url": "https://pypi.org/project/qtm-action/"},
    }
    assert "the environment `release`, which the job `sign` waits for" in DOC


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


def test_nothing_has_a_name_that_users_write_before_everything_was_tried() -> None:
    """Before the last job there are digests, the commit's name and the candidate's tag: no `v1`, no `1.2`."""
    before = "".join(
        step.get("run", "") for job in JOBS if job not in {"checks", "release"} for step in steps(job)
    )

    assert re.findall(r"--tag \"?\$IMAGE:([^\" ]+)", before) == ["sha-$GITHUB_SHA"]
    assert re.findall(r"git push .*(refs/tags/[^\"]+)", before) == ["refs/tags/candidate/v$VERSION"]
    assert "gh release create" not in before


def test_it_rehearses_what_can_fail_later() -> None:
    order = [
        position("rehearse", words)
        for words in (
            "release.py rules",
            "imagetools create",
            "docker pull",
            "release.py pin",
            "uses: ./",
            "git push",
        )
    ]
    assert order == sorted(order)

    pulled = steps("rehearse")[position("rehearse", "docker pull")]["run"]
    assert pulled.index("export DOCKER_CONFIG=") < pulled.index("docker pull")
    assert '"$IMAGE@$DIGEST"' in pulled


def test_the_pushed_commit_has_no_workflow() -> None:
    """GitHub's token may push no tag on workflows that differ from those of every branch."""
    commit = steps("rehearse")[position("rehearse", "git push")]["run"]
    assert commit.index("git rm -r --quiet .github/workflows") < commit.index("git commit")


def test_the_package_is_published_by_trust_alone_after_the_image_was_checked_and_before_any_tag() -> None:
    [publish] = [step for step in steps("pypi") if "gh-action-pypi-publish" in step["uses"]]
    assert publish["with"]["attestations"] is True
    assert not {"user", "password"} & set(publish["with"])
    assert JOBS["pypi"]["permissions"] == {"id-token": "write"}
    assert position("package", "make package-test") < position("package", "actions/upload-artifact@")
    assert "https://pypi.org/pypi/qtm-action/$VERSION/json" in str(steps("verify"))


def test_it_signs_and_attests_what_the_doc_says() -> None:
    signed = steps("sign")[position("sign", "cosign sign")]["run"]
    assert signed.index("cosign sign") < signed.index("cosign verify")
    attested = [step["with"] for step in steps("sign") if step.get("uses", "").startswith("actions/attest@")]
    assert ["sbom-path" in each for each in attested] == [False, True, True]
    assert all(each["push-to-registry"] for each in attested)


def test_it_tags_what_was_rehearsed_all_at_once_and_moves_nothing_backwards() -> None:
    assert steps("release")[0]["with"]["ref"] == "${{ needs.rehearse.outputs.commit }}"
    order = [
        position("release", words)
        for words in ("release.py moving", "git push", "imagetools create", "gh release create")
    ]
    assert order == sorted(order)

    pushed = steps("release")[order[1]]["run"]
    assert '"refs/tags/v$VERSION"' in pushed  # without force: it never moves
    assert (
        'grep --quiet --line-regexp "$major" "$RUNNER_TEMP/moving"; then names+=("+HEAD:refs/tags/v$major")'
        in pushed
    )
    assert "git push --atomic" in pushed
    tagged = steps("release")[order[2]]["run"]
    assert re.findall(r'"\$IMAGE:([^"]+)"', tagged) == ["$VERSION", "$name"]
    assert '--latest="$latest"' in steps("release")[order[3]]["run"]


def run_step(job: str, words: str, *, cwd: Path, version: str) -> None:
    """Run the script of one step in a folder, as the runner's shell does, without GitHub's command."""
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
        "VERSION": version,
        "RUNNER_TEMP": str(cwd.parent),
        "GITHUB_OUTPUT": str(cwd.parent / "output"),
    }
    script = "gh() { :; }\n" + steps(job)[position(job, words)]["run"]
    subprocess.run(["bash", "-e", "-c", script], cwd=cwd, env=environ, check=True, capture_output=True)


@pytest.mark.skipif(os.name == "nt", reason="the workflow's scripts run on Linux")
def test_the_tags_are_made_from_what_was_rehearsed_also_when_the_job_is_run_again(tmp_path: Path) -> None:
    def git(*words: str, cwd: Path = tmp_path / "checkout") -> str:
        settings = ("-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main")
        done = subprocess.run(
            ["git", *settings, *words], cwd=cwd, check=True, capture_output=True, encoding="utf-8"
        )
        return done.stdout

    git("init", "--quiet", "--bare", "origin", cwd=tmp_path)
    git("clone", "--quiet", "origin", "checkout", cwd=tmp_path)
    checkout = tmp_path / "checkout"
    for name in ("tools/release.py", ".github/workflows/release.yml", "action.yml"):
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, checkout / name)
    git("add", ".")
    git("commit", "--quiet", "--message", "All")
    git("push", "--quiet", "origin", "HEAD")

    for version in ("1.3.0", "1.2.4"):
        git("checkout", "--quiet", "--detach", "main")
        (checkout / "action.yml").write_text(f"image: docker://{version}\n", encoding="utf-8")
        run_step("rehearse", "git push", cwd=checkout, version=version)
        for _again in range(2):
            run_step("release", "release.py moving", cwd=checkout, version=version)
            run_step("release", "git push", cwd=checkout, version=version)

    tags = re.findall(r"refs/tags/(\S+)$", git("ls-remote", "--tags", "--refs", "origin"), re.MULTILINE)
    assert tags == ["v1", "v1.2.4", "v1.3.0"]
    git("fetch", "--quiet", "--force", "--tags")
    assert git("show", "v1:action.yml") == git("show", "v1.3.0:action.yml") == "image: docker://1.3.0\n"
    assert git("show", "v1.2.4:action.yml") == "image: docker://1.2.4\n"
    assert ".github/workflows" not in git("ls-tree", "-r", "--name-only", "v1")


@pytest.mark.parametrize(
    ("version", "released", "moved"),
    [
        ("1.0.0", [], ["1.0", "1", "latest"]),
        ("1.2.3", ["1.2.2", "1.1.9", "0.9.0"], ["1.2", "1", "latest"]),
        ("1.2.3", ["1.2.3"], ["1.2", "1", "latest"]),  # the job is run again
        ("1.10.0", ["1.9.0"], ["1.10", "1", "latest"]),
        ("1.2.4", ["1.3.0"], ["1.2"]),
        ("1.2.4", ["1.2.10"], []),
        ("1.2.4", ["2.0.0"], ["1.2", "1"]),
    ],
)
def test_an_older_version_moves_no_name_of_a_newer_one(
    version: str, released: list[str], moved: list[str]
) -> None:
    others = ["v1", "release/v9.9.9", "candidate/v9.9.9", "v9.9.9-rc.1", "v9.9.9^{}"]
    tags = [*(f"v{each}" for each in released), *others]
    assert moving(version, "".join(f"{'ab' * 20}\trefs/tags/{tag}\n" for tag in tags)) == moved


def ruleset(pattern: str, *rules: str, **more: Any) -> dict[str, Any]:
    return {
        "name": "Tags",
        "target": "tag",
        "enforcement": "active",
        "conditions": {"ref_name": {"include": [pattern], "exclude": []}},
        "rules": [{"type": rule} for rule in rules],
        **more,
    }


@pytest.mark.parametrize(
    "allowed",
    [
        ruleset("refs/tags/release/v*", "creation", "update", "deletion"),
        ruleset("refs/tags/v*.*.*", "update", "deletion", "non_fast_forward"),
        ruleset("refs/tags/*", "deletion"),  # a candidate's tag lies in a folder, where * does not lead
        ruleset("~ALL", "creation", enforcement="evaluate"),
        ruleset("~ALL", "creation", target="branch"),
        ruleset(
            "~ALL",
            "creation",
            conditions={"ref_name": {"include": ["~ALL"], "exclude": ["refs/tags/**/v*"]}},
        ),
    ],
)
def test_the_rules_that_the_page_asks_for_are_accepted(allowed: dict[str, Any]) -> None:
    check_rules("1.2.3", [allowed])


@pytest.mark.parametrize(
    ("refused", "told"),
    [
        (ruleset("refs/tags/v*", "creation"), "refs/tags/v1.2.3 (creation)"),
        (
            ruleset("~ALL", "creation", "required_signatures"),
            "refs/tags/v1.2.3 (creation, required_signatures)",
        ),
        (ruleset("refs/tags/v*", "update", "deletion"), "refs/tags/v1 (update)"),
        (ruleset("refs/tags/v1", "non_fast_forward"), "refs/tags/v1 (non_fast_forward)"),
        (ruleset("refs/tags/candidate/*", "deletion"), "refs/tags/candidate/v1.2.3 (deletion)"),
        (ruleset("refs/tags/**/*", "deletion"), "refs/tags/candidate/v1.2.3 (deletion)"),
    ],
)
def test_a_rule_that_would_stop_the_workflow_halfway_is_reported_before(
    refused: dict[str, Any], told: str
) -> None:
    with pytest.raises(ReleaseError, match=re.escape(told)):
        check_rules("1.2.3", [ruleset("refs/tags/v*.*.*", "update"), refused])


def test_the_page_asks_for_rules_that_the_workflow_can_work_with() -> None:
    rows = re.findall(r"^\| `(\S+)` \| ([^|]+) \| [^|]+ \|$", DOC, re.MULTILINE)
    names = {"creations": "creation", "updates": "update", "deletions": "deletion"}
    asked = [
        ruleset(f"refs/tags/{pattern}", *(names[each] for each in re.findall(r"restrict (\w+)", rules)))
        for pattern, rules in rows
        if "restrict" in rules
    ]
    assert [each["conditions"]["ref_name"]["include"] for each in asked] == [
        ["refs/tags/release/v*"],
        ["refs/tags/v*.*.*"],
    ]
    check_rules("1.2.3", asked)


def test_the_page_says_what_no_workflow_can_do() -> None:
    steps = DOC.partition("## Make a release")[2].partition("\n## ")[0]
    assert "select *Publish this Action to the GitHub Marketplace*" in steps
    component = " ".join(DOC.partition("## The GitLab component")[2].partition("\n## ")[0].split())
    assert "its version is that project's" in component
    assert "must also set the input `image` to a digest" in component


def test_a_tag_that_agrees_with_code_and_changelog_is_accepted() -> None:
    check(
        "release/v1.2.3",
        "account/qtm-action",
        code='__version__ = "1.2.3"\n',
        changelog="# Log\n\n## [1.2.3] - 2026-05-20\n\n- New.\n",
        project=PROJECT,
    )


def test_a_package_whose_links_lead_elsewhere_is_refused() -> None:
    with pytest.raises(ReleaseError, match=r"links to https://github\.com/account/qtm-action"):
        check(
            "release/v1.2.3",
            "a/fork",
            code='__version__ = "1.2.3"\n',
            changelog="## 1.2.3\n- New.\n",
            project=PROJECT,
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
    code = f'__version__ = "{code}"\n'
    with pytest.raises(ReleaseError, match=re.escape(told)):
        check(tag, "account/qtm-action", code=code, changelog=changelog, project=PROJECT)


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
