"""Whatever the file is, the answer comes soon and is a sentence."""

from __future__ import annotations

import os
import re
import time
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from qtm_action.errors import InvalidSpecError
from qtm_action.spec import document, spec_file
from qtm_action.spec.loading import load_spec

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.unit.spec.conftest import Problems, Reader

MIB = 1024 * 1024
VALID = b"format: junit\nfiles: [a]\n"


# Far more than any of these takes, and far less than one that takes quadratic time. Of the processor, not of
# the clock: how busy the machine is makes no difference.
SECONDS = 20


@pytest.fixture(autouse=True)
def _soon() -> Iterator[None]:
    started = time.process_time()
    yield
    assert time.process_time() - started < SECONDS


@pytest.fixture
def _small() -> Iterator[None]:
    tracemalloc.start()
    yield
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100 * MIB


def refusal(path: Path) -> tuple[str, str]:
    with pytest.raises(InvalidSpecError) as refused:
        load_spec(path, shown_as="my.yml", environ={}, inputs={}, secret_variables=())
    (problem,) = refused.value.problems
    assert refused.value.message == str(problem)
    return str(problem), problem.hint


def refusal_of_bytes(tmp_path: Path, data: bytes) -> str:
    path = tmp_path / "spec.yml"
    path.write_bytes(data)
    return refusal(path)[0]


def test_a_missing_file_is_named_with_what_is_there_instead(tmp_path: Path) -> None:
    (tmp_path / "qtm-import.yaml").touch()
    message, hint = refusal(tmp_path / "my.yml")
    assert message == "my.yml: no such file"
    assert hint == "The folder contains qtm-import.yaml."


def test_a_missing_file_that_is_one_folder_up_is_pointed_to(tmp_path: Path) -> None:
    (tmp_path / "my.yml").touch()
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "other.yml").touch()
    assert refusal(tmp_path / "app" / "my.yml") == (
        "my.yml: no such file",
        "There is one in the folder above: set the input spec to ../my.yml.",
    )


def test_a_missing_folder_is_a_missing_file(tmp_path: Path) -> None:
    assert refusal(tmp_path / "no" / "my.yml")[0] == "my.yml: no such file"


def test_a_directory(tmp_path: Path) -> None:
    message, hint = refusal(tmp_path)
    assert message == "my.yml: this is a directory, not a spec file"
    assert hint == "The path of the spec is relative to the working directory."


def test_a_fifo_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert refusal(tmp_path / "pipe")[0] == "my.yml: this is not a regular file"


def test_a_device(tmp_path: Path) -> None:
    (tmp_path / "zero").symlink_to("/dev/zero")
    assert refusal(tmp_path / "zero")[0] == "my.yml: this is not a regular file"


@pytest.mark.usefixtures("_small")
def test_a_file_of_one_gib_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.yml"
    with path.open("wb") as file:
        file.truncate(1024 * MIB)
    assert refusal(path)[0] == "my.yml: the file is larger than 1 MiB, too large for an import spec"


def test_a_file_without_permission_to_read_it(tmp_path: Path) -> None:
    path = tmp_path / "spec.yml"
    path.touch(mode=0)
    user = os.geteuid()
    if user == 0:  # root may read everything
        os.seteuid(65534)
    try:
        assert refusal(path)[0] == "my.yml: permission denied"
    finally:
        os.seteuid(user)


def test_a_link_to_itself(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    assert refusal(tmp_path / "loop")[0].startswith("my.yml: the file can't be read: ")


def test_a_name_with_a_nul(tmp_path: Path) -> None:
    assert refusal(tmp_path / "a\0b")[0] == "my.yml: invalid path: it contains a NUL character"


def test_a_file_of_the_greatest_size_is_read(spec_of: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    assert spec_file.MAX_BYTES == MIB
    monkeypatch.setattr(spec_file, "MAX_BYTES", len(VALID))
    assert spec_of(VALID.decode()).imports[0].files == ("a",)
    with pytest.raises(InvalidSpecError, match="the file is larger"):
        spec_of(VALID.decode() + "\n")


def test_a_byte_order_mark_of_utf_8_is_no_part_of_the_text(spec_of: Reader) -> None:
    assert spec_of("\ufeffformat: junit\nfiles: [a]\n").imports[0].files == ("a",)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("\ufeffformat: junit".encode("utf-16-le"), "my.yml: the file is UTF-16; a spec must be UTF-8"),
        ("format: junit".encode("utf-16"), "my.yml: the file is UTF-16; a spec must be UTF-8"),
        ("\ufeffformat: junit".encode("utf-16-be"), "my.yml: the file is UTF-16; a spec must be UTF-8"),
        ("format: junit".encode("utf-32"), "my.yml: the file is UTF-32; a spec must be UTF-8"),
        (
            "format: junit".encode("utf-16-le"),
            "my.yml: the file is UTF-16 or not text; a spec must be UTF-8",
        ),
        (b"\x7fELF\x02\x01\x01", "my.yml:1:1: the invisible character U+007F is not allowed here"),
        (b"a: 1\nb: caf\xe9\n", "my.yml:2:7: the byte 0xE9 is not UTF-8 text"),
        (b"a: 1\nbcde\x00\n", "my.yml:2:5: the invisible character U+0000 is not allowed here"),
        (b"a: \x1b[31mred\n", "my.yml:1:4: the invisible character U+001B is not allowed here"),
        ("a: 1\n\ufeffb: 2\n".encode(), "my.yml:2:1: the invisible character U+FEFF is not allowed here"),
        ("a: x\u2028y\n".encode(), "my.yml:1:5: the invisible character U+2028 is not allowed here"),
        ("a: x\x85y\n".encode(), "my.yml:1:5: the invisible character U+0085 is not allowed here"),
        (b"", "my.yml: the spec is empty"),
        (b"# only a comment\n", "my.yml: the spec is empty"),
        (b"--- \n", "my.yml: the spec is empty"),
        (b"\xff" * 100, "my.yml:1:1: the byte 0xFF is not UTF-8 text"),
    ],
)
def test_what_is_not_utf_8_text_is_refused(tmp_path: Path, data: bytes, message: str) -> None:
    assert refusal_of_bytes(tmp_path, data) == message


def bomb() -> str:
    levels = [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]" for level in range(1, 12)]
    return "\n".join(["a0: &a0 [x, x, x, x, x, x, x, x, x, x]", *levels])


@pytest.mark.parametrize(
    "text",
    [
        bomb(),
        "files:\n" + "- a\n" * 3_000,
        "x: &a {k: v}\n" + "".join(f"y{n}: {{<<: [{'*a, ' * 99}*a]}}\n" for n in range(100)),
    ],
    ids=["aliases", "list", "merge keys"],
)
@pytest.mark.usefixtures("_small")
def test_the_values_of_a_document_are_counted(
    problems_of: Problems, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert document.MAX_VALUES == 50_000
    monkeypatch.setattr(document, "MAX_VALUES", 2_000)
    (problem,) = problems_of(text)
    assert problem.message == "the document has more than 2,000 values"


@pytest.mark.parametrize(
    "text",
    [
        "files: " + "[" * 50_000,
        "{a: " * 20_000,
        "- " * 40_000,
        "".join(" " * n + "a:\n" for n in range(100)),
        "? " * 40_000,
        "".join(f"a{n}: &a{n} [{f'*a{n - 1}' if n else ''}]\n" for n in range(40)),
    ],
    ids=["brackets", "braces", "dashes", "indents", "keys", "aliases"],
)
def test_the_levels_of_a_document_are_counted(problems_of: Problems, text: str) -> None:
    (problem,) = problems_of(text)
    assert problem.message == "the document is nested more than 32 levels deep"


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"k{n}: 1\n" for n in range(700)),
        "imports:\n" + "- {format: junit}\n" * 600,
        "files: [" + "~, " * 700 + "]",
    ],
    ids=["keys", "imports", "items"],
)
def test_of_many_errors_twenty_are_reported_and_the_counting_ends(spec_of: Reader, text: str) -> None:
    with pytest.raises(InvalidSpecError) as refused:
        spec_of(text)
    assert len(refused.value.problems) == 20
    assert refused.value.message.startswith("at least 5")
    assert refused.value.message.endswith("errors in qtm-import.yml; these are the first 20")


@pytest.mark.parametrize(
    "text",
    [
        "build: " + "x" * 100_000,
        "x" * 100_000 + ": 1",
        "build: " + "${A:-" * 15_000,
        "build: '" + "$" * 100_000 + "'",
        "build: " + "$${" * 30_000,
        "jiraUrl: '" + "//a" * 30_000 + "'",
        "fields: {testCase: {sprintId: " + "9" * 90_000 + "x}}",
        "fields: {testCycle: {plannedStartDate: '2026-05-20" + " " * 90_000 + "x'}}",
        "fields: {testCase: {estimatedTime: '" + "1" * 90_000 + "'}}",
        "fields: {testCase: {customFields: [{name: x, value: " + "9" * 90_000 + "}]}}",
        "a: [" + "${" * 40_000,
        "\t" * 100_000,
        " " * 100_000 + "a: b",
        ": " * 40_000,
        "%" * 100_000,
        "! " * 40_000,
        "---\n" * 20_000,
        "'" * 100_001,
        "a:\n" + "   b\n" + "  c: d\n" * 10_000,
        "a: &a [*a]",
        "<<: *nowhere",
        "<<: [x]",
        "? [a]\n: b",
    ],
)
def test_no_text_takes_long(problems_of: Problems, text: str) -> None:
    assert problems_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "files: [a]\nbuild: " + "${LONG}" * 1_000,
        "files:\n" + "- x${LONG}\n" * 1_000,
        f"x: &a {'y' * 20_000}\nfiles: [" + "*a, " * 1_000 + "]",
        "x: &a ${UNSET:-" + "y" * 20_000 + "}\nfiles: [" + "*a, " * 1_000 + "]",
        "files: [a]\nbuild: ${UNSET:-" + "${LONG}" * 1_000 + "}",
    ],
)
@pytest.mark.usefixtures("_small")
def test_what_variables_and_aliases_stand_for_is_bounded_together(spec_of: Reader, text: str) -> None:
    with pytest.raises(InvalidSpecError) as refused:
        spec_of(text, environ={"LONG": "z" * 200_000})
    assert re.search(
        r"the spec has at least 4,\d{3},\d{3} characters; at most 4,194,304 are allowed",
        refused.value.message,
    )
    assert refused.value.exit_code == 2
