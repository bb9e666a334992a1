"""The command ``init``, from a folder to a spec and a step."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from qtm_action.errors import InvalidInputError
from qtm_action.formats import Format
from qtm_action.init import pipelines
from qtm_action.init.detect import SECONDS, Workspace, look_through
from qtm_action.init.grouping import Group, expected_groups, groups_of
from qtm_action.init.questions import GivenAddress, ask_for_address, check_address
from qtm_action.init.render import EXAMPLE_REGION, EXAMPLE_URL, found_in_words, render, tool_of
from qtm_action.log import Log
from qtm_action.qtm4j.cloud import WHERE_REGION_IS
from qtm_action.spec.import_spec import DEFAULT_SPEC
from qtm_action.words import counted

_NOTHING = Group(Format.JUNIT, ("**/TEST-*.xml",))


@dataclass(frozen=True, slots=True)
class InitRequest:
    """The request to ``init``.

    ``root`` is the working directory, ``started_in`` the folder that the program was started in.
    ``ask`` asks the user a question and returns the answer; None without a terminal.
    """

    root: Path
    started_in: Path
    address: GivenAddress = field(default_factory=GivenAddress)
    force: bool = False
    ask: Callable[[str], str] | None = None


def spec_text(request: InitRequest, log: Log) -> str:
    """Return the spec for the files of ``request.root``; nothing is written. Raises InvalidInputError."""
    ci = pipelines.detect(_top(request))[0]
    groups = _groups(look_through(request.root, log=log), log)
    return render(groups, address=check_address(request.address), build=ci.build)


def write_spec(request: InitRequest, log: Log) -> None:
    """Write the spec into ``request.root``, and log what was found and what to do next.

    Raises InvalidInputError where there is one already, unless ``force``, and where it can't be written.
    """
    top = _top(request)
    path = request.root / DEFAULT_SPEC
    if os.path.lexists(path) and not request.force:
        raise _exists()
    address = check_address(request.address)
    if request.ask is not None:
        address = ask_for_address(request.ask, address)
    systems = pipelines.detect(top)
    groups = _groups(look_through(request.root, log=log), log)
    for group in groups:
        where, found = ", ".join(group.patterns), found_in_words(group) or "no results yet"
        log.info(f"{tool_of(group)}: {found}; format {group.format.value}, files {where}")
    text = render(groups, address=address, build=systems[0].build)
    try:
        with path.open("w" if request.force else "x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise _exists() from None
    except OSError as error:
        raise InvalidInputError(f"cannot write {DEFAULT_SPEC}: {error.strerror or error}") from None
    log.info(f"Created {DEFAULT_SPEC}.")
    inputs = _inputs(address, request.root.resolve().relative_to(top).as_posix())
    secrets = pipelines.CLOUD_SECRETS if address.is_cloud else pipelines.SERVER_SECRETS
    for each in systems:
        log.info(f"Paste this step for {each.name} {each.paste}:")
        for line in ("", *each.step(inputs, secrets).splitlines(), ""):
            log.info(line)  # one by one: the further lines of a message would be indented
        log.info(each.needs(secrets))
    if "region" in inputs:
        log.info(f"Replace {EXAMPLE_REGION} with your region. {WHERE_REGION_IS}.")
    if systems != [pipelines.SHELL]:
        log.info(pipelines.OWNER)
    log.info("`qtm-action validate` checks the spec, `qtm-action doctor` checks the connection.")


def _inputs(address: GivenAddress, subfolder: str) -> dict[str, str]:
    """Return what a step has to set: what the spec does not say, and the folder that it is in."""
    inputs = {}
    if address.is_cloud and not address.region:
        inputs["region"] = EXAMPLE_REGION
    elif not address.is_cloud and not address.jira_url:
        inputs["jira-url"] = EXAMPLE_URL
    if subfolder != "." and re.fullmatch(r"[\w./-]+", subfolder):  # others would need quotes in each system
        inputs["working-directory"] = subfolder
    return inputs


def _top(request: InitRequest) -> Path:
    """Return the folder that a pipeline starts in: the repository's top, or else where this was started."""
    if not request.root.is_dir():
        raise InvalidInputError(f"the working directory {request.root} is not a folder")
    root, started_in = request.root.resolve(), request.started_in.resolve()
    tops = [folder for folder in (root, *root.parents) if os.path.lexists(folder / ".git")]
    return tops[0] if tops else started_in if root.is_relative_to(started_in) else root


def _exists() -> InvalidInputError:
    return InvalidInputError(
        f"{DEFAULT_SPEC} already exists",
        hint="`qtm-action init --force` overwrites it; with `--print`, the new one is only printed.",
    )


def _groups(workspace: Workspace, log: Log) -> Sequence[Group]:
    """Return the groups to write: of the files found, else of the frameworks in use, else an example."""
    if workspace.unread:
        log.warning(
            f"skipped {counted(workspace.unread, 'file')}: too large, or not read within {SECONDS:.0f} s"
        )
    if groups := groups_of(workspace):
        return groups
    if groups := expected_groups(workspace.frameworks):
        log.info("No result files found; using the default locations of the frameworks found:")
        return groups
    log.warning(f"no result files found: set format and files in {DEFAULT_SPEC}")
    return [_NOTHING]
