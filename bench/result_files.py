"""Result files made up for benchmarks: as repetitive as real ones, and the same on every machine.

python -m bench.result_files FOLDER junit|cucumber|pictures NUMBER SIZE
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_WORDS = (
    "add",
    "remove",
    "cart",
    "order",
    "total",
    "price",
    "checkout",
    "login",
    "user",
    "shop",
    "item",
    "quantity",
    "discount",
    "payment",
    "refund",
    "invoice",
    "address",
    "session",
    "token",
    "retry",
    "basket",
    "coupon",
    "voucher",
    "stock",
    "parcel",
    "delivery",
    "tax",
    "currency",
    "rate",
)
_FEATURE = 67 * 1024  # bytes of one feature of a Cucumber report, about


class Maker:
    """Writes files of one kind; everything random comes from one seed."""

    def __init__(self, folder: Path, seed: int = 20260520) -> None:
        self._folder = folder
        self._random = random.Random(seed)  # noqa: S311 - the same files every time
        self._classes = [f"com.example.{self._word()}.{self._name()}Test" for _ in range(300)]
        self._steps = [
            {
                "keyword": self._random.choice(["Given ", "When ", "Then ", "And "]),
                "name": f"the {self._phrase(5)}",
                "match": {"location": f"com.example.steps.{self._name()}Steps.{self._word()}(String,int)"},
            }
            for _ in range(250)
        ]

    def junit(self, number: int, size: int) -> None:
        """Write ``number`` JUnit reports of about ``size`` bytes, in 40 folders."""
        self._many(number, size, "module{0}/target/surefire-reports/TEST-{1}.xml", self._junit)

    def cucumber(self, number: int, size: int) -> None:
        """Write ``number`` Cucumber reports of about ``size`` bytes."""
        self._many(number, size, "shard{0}/cucumber-{1}.json", self._cucumber)

    def pictures(self, number: int, size: int) -> None:
        """Write ``number`` pictures of ``size`` bytes; what a PNG holds is packed and looks random."""
        self._many(number, size, "img{0}/shot-{1}.png", self._picture)

    def _many(self, number: int, size: int, name: str, make: Callable[[int], bytes]) -> None:
        for index in range(number):
            path = self._folder / name.format(index % 40, index)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(make(size))

    def _word(self) -> str:
        return self._random.choice(_WORDS)

    def _name(self) -> str:
        return "".join(word.capitalize() for word in self._random.sample(_WORDS, 2))

    def _phrase(self, words: int) -> str:
        return " ".join(self._random.sample(_WORDS, words))

    def _junit(self, size: int) -> bytes:
        name = self._random.choice(self._classes)
        parts = [f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuite name="{name}" tests="40">\n']
        length = len(parts[0])
        while length < size - 200 or len(parts) == 1:
            parts.append(self._case(name))
            length += len(parts[-1])
        return ("".join(parts) + "</testsuite>\n").encode()

    def _case(self, class_name: str) -> str:
        chance = self._random.random()
        inside = ""
        if chance < 0.1:  # noqa: PLR2004 - one test in ten fails
            inside = f'<failure message="expected: {chance}"><![CDATA[{self._trace()}]]></failure>'
        elif chance < 0.3:  # noqa: PLR2004 - one in five writes something
            inside = f"<system-out><![CDATA[{self._log()}]]></system-out>"
        return (
            f'  <testcase name="{self._word()}{self._name()}" classname="{class_name}" '
            f'time="{self._random.random():.3f}">{inside}</testcase>\n'
        )

    def _trace(self) -> str:
        return f"java.lang.AssertionError: {self._phrase(4)}\n" + "".join(
            f"\tat {self._random.choice(self._classes)}.{self._word()}"
            f"({self._name()}.java:{self._random.randrange(900)})\n"
            for _ in range(self._random.randrange(4, 16))
        )

    def _log(self) -> str:
        return "".join(
            f"2026-05-20 10:14:{self._random.randrange(60):02} INFO {self._phrase(3)} "
            f"id={self._random.getrandbits(32):08x}\n"
            for _ in range(self._random.randrange(1, 6))
        )

    def _cucumber(self, size: int) -> bytes:
        features = (json.dumps(self._feature(), indent=2) for _ in range(max(1, size // _FEATURE)))
        return f"[{','.join(features)}]".encode()

    def _feature(self) -> dict[str, object]:
        name = self._phrase(4)
        return {
            "uri": f"features/{self._word()}/{name.replace(' ', '_')}.feature",
            "id": name.replace(" ", "-"),
            "keyword": "Feature",
            "name": name,
            "elements": [self._scenario(name) for _ in range(22)],
        }

    def _scenario(self, feature: str) -> dict[str, object]:
        name = self._phrase(5)
        return {
            "id": f"{feature};{name}".replace(" ", "-"),
            "type": "scenario",
            "keyword": "Scenario",
            "name": name,
            "line": self._random.randrange(400),
            "tags": [{"name": f"@PRJ-TC-{self._random.randrange(9999)}", "line": 3}],
            "steps": [
                {
                    **self._random.choice(self._steps),
                    "line": self._random.randrange(400),
                    "result": {"status": "passed", "duration": self._random.randrange(10**9)},
                }
                for _ in range(8)
            ],
        }

    def _picture(self, size: int) -> bytes:
        return b"\x89PNG\r\n\x1a\n" + self._random.randbytes(size)


def make(folder: Path, kind: str, number: int, size: int) -> None:
    """Make files in a process of their own, whose memory is then not counted as anybody else's."""
    words = [sys.executable, "-m", "bench.result_files", str(folder), kind, str(number), str(size)]
    subprocess.run(words, check=True, cwd=Path(__file__).parent.parent)


if __name__ == "__main__":
    getattr(Maker(Path(sys.argv[1])), sys.argv[2])(int(sys.argv[3]), int(sys.argv[4]))
