"""Mutated specs: read or refused with exit code 2, soon, and never with a secret in what is said.

The number of mutations is ``QTM_FUZZ_SPECS`` (default: 400), the seed ``QTM_FUZZ_SEED``; what fails is shown
with its seed and its text. In one process, since ten thousand starts of Python would test the start.
"""

from __future__ import annotations

import io
import os
import random
import time
from pathlib import Path
from typing import TYPE_CHECKING

from qtm_action.errors import InvalidInputError, InvalidSpecError
from qtm_action.exit_codes import ExitCode
from qtm_action.preparation import read_spec
from qtm_action.session import Session
from qtm_action.spec.effective_text import effective
from qtm_action.spec.import_spec import InputValue, Spec
from qtm_action.spec.loading import load_spec, spec_from_inputs

if TYPE_CHECKING:
    from collections.abc import Callable

    from qtm_action.inputs.settings import Settings
    from qtm_action.outcome.recorder import Recorder

ROOT = Path(__file__).parents[2]
MUTATIONS = int(os.environ.get("QTM_FUZZ_SPECS", "400"))
SEED = int(os.environ.get("QTM_FUZZ_SEED", "20260520"))
SECONDS = 20  # of the processor, for a text that takes 0.01
LONGEST = 700  # characters of a line: a path, a message and a hint

SECRET = "xq7-canary-9Zt"
SECRETS = frozenset({"QTM_API_KEY", "QTM_TOKEN", "INPUT_PASSWORD"})
ENVIRON = {
    "GITHUB_RUN_NUMBER": "42",
    "GITHUB_REF_NAME": "main",
    "HOSTILE": "a: b\n- [c]\x1b[31m",
    "EMPTY": "",
    **dict.fromkeys(SECRETS, SECRET),
}

SEEDS = [
    *(path.read_bytes() for path in sorted((ROOT / "tests" / "data" / "specs").glob("vendor-sample*"))),
    *(path.read_bytes() for path in sorted((ROOT / "tests" / "data" / "specs" / "wrong").glob("*.yml"))),
    *(path.read_bytes() for path in sorted((ROOT / "examples").glob("*.yml"))),
]
# What YAML, the spec and attackers are made of.
PIECES = [
    *(
        b": ",
        b":",
        b"- ",
        b"-",
        b"\t",
        b"\n",
        b"\r\n",
        b"  ",
        b" ",
        b'"',
        b"'",
        b"|\n",
        b">\n",
        b"#",
        b" #5",
        b"? ",
    ),
    *(
        b"[",
        b"]",
        b"{",
        b"}",
        b",",
        b"&a ",
        b"*a",
        b"*",
        b"!!python/name:os.system ",
        b"!x ",
        b"%",
        b"@",
        b"`",
        b"---\n",
    ),
    *(
        b"...",
        b"<<: *a\n",
        b"<<: ",
        b"${",
        b"}",
        b"${QTM_TOKEN}",
        b"${INPUT_PASSWORD:-x}",
        b"${HOSTILE}",
        b"${EMPTY}",
    ),
    *(
        b"${{ secrets.X }}",
        b"$${",
        b"${A:-${B}}",
        b"~",
        b"null",
        b"no",
        b"1e999",
        b"0x1F",
        b"-1",
        b"9" * 40,
        b".nan",
    ),
    *(
        b"2026-05-20",
        b"31/Feb/2026 00:00",
        b"99:99",
        b"\x00",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\xc2\x85",
        b"\xe2\x80\xa8",
    ),
    *(
        b"\xed\xa0\x80",
        b"\xf0\x9f\x9a\x80",
        b"\\ud83d\\ude00",
        b"\\ud83d",
        b"\\x",
        b"\x1b[31m",
        b"\xe2\x80\x9c",
        b"imports:\n",
    ),
    *(
        b"imports: []\n",
        b"defaults: {}\n",
        b"files: [a]\n",
        b"format: qaf\n",
        b"zip: never\n",
        b"version: 2\n",
        b"jiraUrl: http://u:p@h\n",
    ),
    *(b"apiKey: " + SECRET.encode(), b"a" * 300, b"[" * 60, b"- " * 60, b"{a: " * 60),
]


def flip(chance: random.Random, data: bytearray) -> None:
    """Change one byte."""
    if data:
        data[chance.randrange(len(data))] = chance.randrange(256)


def insert(chance: random.Random, data: bytearray) -> None:
    """Put a piece somewhere."""
    at = chance.randint(0, len(data))
    data[at:at] = chance.choice(PIECES)


def cut(chance: random.Random, data: bytearray) -> None:
    """Take some bytes away."""
    at = chance.randint(0, len(data))
    del data[at : at + chance.choice([1, 1, 2, 8, 60, 10_000])]


def repeat(chance: random.Random, data: bytearray) -> None:
    """Write a part twice."""
    start = chance.randint(0, len(data))
    part = data[start : start + chance.choice([1, 10, 100, 1000])]
    at = chance.randint(0, len(data))
    data[at:at] = bytes(part) * chance.choice([1, 1, 2, 20])


def line(chance: random.Random, data: bytearray) -> None:
    """Indent, remove, repeat or move a line."""
    lines = bytes(data).split(b"\n")
    at = chance.randrange(len(lines))
    match chance.randrange(4):
        case 0:
            lines[at] = chance.choice([b" ", b"  ", b"\t"]) + lines[at]
        case 1:
            del lines[at]
        case 2:
            lines.insert(at, lines[at])
        case _:
            lines.insert(chance.randint(0, len(lines)), lines[at].strip())
    data[:] = b"\n".join(lines)


def splice(chance: random.Random, data: bytearray) -> None:
    """Go on with another spec."""
    other = chance.choice(SEEDS)
    data[chance.randint(0, len(data)) :] = other[chance.randint(0, len(other)) :]


MUTATE = (flip, insert, insert, insert, cut, repeat, line, line, splice)


def mutation(chance: random.Random) -> bytes:
    data = bytearray(chance.choice(SEEDS))
    for _ in range(chance.choice([1, 1, 2, 3, 8])):
        chance.choice(MUTATE)(chance, data)
    return bytes(data[: 2 * 1024 * 1024])


def outcome(read: Callable[[], Spec]) -> tuple[int, str]:
    """Return the exit code and everything that is said."""
    try:
        spec = read()
    except (InvalidSpecError, InvalidInputError) as error:
        said = [error.message, error.hint, *(f"{each} {each.hint}" for each in error.problems)]
        return error.exit_code, "\n".join(said)
    return ExitCode.OK, "\n".join(
        [*map(effective, spec.imports), *(f"{each} {each.hint}" for each in spec.warnings)]
    )


def check(data: bytes, said_of: Callable[[], tuple[int, str]], *, spec_holds_secret: bool) -> int:
    started = time.process_time()
    code, said = said_of()
    assert time.process_time() - started < SECONDS
    assert code in (ExitCode.OK, ExitCode.INVALID_INPUT)
    if not spec_holds_secret:
        assert SECRET not in said
    if code != ExitCode.OK:
        assert said.strip()
        for problem_line in said.splitlines():
            assert problem_line.isprintable(), problem_line
            assert len(problem_line) < LONGEST, problem_line
    del data
    return code


def test_mutated_specs_are_read_or_refused(tmp_path: Path) -> None:
    chance = random.Random(SEED)  # noqa: S311 - chooses test data
    path = tmp_path / "qtm-import.yml"
    codes = []
    for number in range(MUTATIONS):
        data = mutation(chance)
        path.write_bytes(data)

        def from_file() -> Spec:
            return load_spec(
                path, shown_as="qtm-import.yml", environ=ENVIRON, inputs={}, secret_variables=SECRETS
            )

        try:
            codes.append(check(data, lambda: outcome(from_file), spec_holds_secret=SECRET.encode() in data))
        except Exception as error:
            error.add_note(f"mutation {number} of seed {SEED}: {data!r}")
            raise
    assert ExitCode.OK in codes
    assert ExitCode.INVALID_INPUT in codes


def test_mutated_fields_are_read_or_refused() -> None:
    chance = random.Random(SEED + 1)  # noqa: S311 - chooses test data
    for number in range(MUTATIONS // 4):
        data = mutation(chance)
        text = data.decode(errors="surrogateescape")
        inputs = {
            "files": InputValue("a", 'input "files"'),
            chance.choice(["fields", "fields", "build", "zip", "files", "maxAge"]): InputValue(
                text, 'input "x"'
            ),
        }

        def from_inputs(inputs: dict[str, InputValue] = inputs) -> Spec:
            return spec_from_inputs(environ=ENVIRON, inputs=inputs, secret_variables=SECRETS)

        try:
            check(data, lambda: outcome(from_inputs), spec_holds_secret=SECRET.encode() in data)
        except Exception as error:
            error.add_note(f"mutation {number} of seed {SEED + 1}: {data!r}")
            raise


def test_mutated_specs_end_a_run_with_0_or_2_and_never_log_a_secret(tmp_path: Path) -> None:
    """Through the whole program but for the result files: masked, shown, and turned into an exit code."""
    chance = random.Random(SEED + 2)  # noqa: S311 - chooses test data
    (tmp_path / "qtm-import.yml").touch()
    environ = {
        "GITHUB_REF_NAME": "main",
        "QTM_WORKING_DIRECTORY": str(tmp_path),
        **dict.fromkeys(("QTM_API_KEY", "QTM_TOKEN"), SECRET),
    }

    def story(settings: Settings, _recorder: Recorder) -> None:
        for each in read_spec(settings, environ).imports:
            session.platform.document(effective(each))

    for number in range(MUTATIONS // 2):
        data = mutation(chance)
        (tmp_path / "qtm-import.yml").write_bytes(data)
        stdout = io.StringIO()
        started = time.process_time()
        try:
            session = Session.open(stdout, environ, {})
            code = session.run(story, publish=False)
            assert time.process_time() - started < SECONDS
            assert code in (ExitCode.OK, ExitCode.INVALID_INPUT), stdout.getvalue()
            assert SECRET not in stdout.getvalue()
            assert "Traceback" not in stdout.getvalue()
        except Exception as error:
            error.add_note(f"mutation {number} of seed {SEED + 2}: {data!r}")
            raise
