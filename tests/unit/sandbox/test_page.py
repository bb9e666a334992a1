"""The sandbox's page as text: complete, escaped, bounded."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from qtm_action.formats import Format
from qtm_action.sandbox.page import import_as_json, imports_page, imports_state
from qtm_action.sandbox.parameters import Parameters
from qtm_action.sandbox.received import (
    CaseStep,
    ImportedCase,
    ImportedCycle,
    Outcome,
    ReceivedImport,
    ReceivedUpload,
    Result,
)

HOSTILE = [
    "<script>alert(1)</script>",
    "</pre></details></section><h1>x",
    "\" onmouseover='alert(1)'",
    "\x1b[31mred\x1b]0;title\x07",
    "a\u202eb\u2066c\u200bd",
    "\x00\ud800",
    "$content${state}$$",
    "x" * 100_000,
]
RECORD: dict[str, Any] = {"importStatus": "SUCCESS", "processStatus": "SUCCESS", "detailedMessage": "Fine."}
UPLOAD = ReceivedUpload("r.xml", "text/xml", 2048, "ab" * 32, 1.0)


def case(summary: str = "adds", *, steps: int = 1, **more: Any) -> ImportedCase:
    made = {"created": True, "new_version": True} | more
    return ImportedCase("SBX-TC-1", 2, summary, Result.FAIL, (CaseStep("opens"),) * steps, **made)


def received(*cases: ImportedCase, notes: tuple[str, ...] = (), **more: Any) -> ReceivedImport:
    cycle = ImportedCycle("abc", "SBX-TR-1", "Nightly", reused=False, cases=cases or (case(),))
    return ReceivedImport(
        "id-1",
        0.0,
        {"format": "junit", "environment": "Staging"},
        {},
        Parameters(Format.JUNIT, notes=notes),
        upload=UPLOAD,
        outcome=Outcome("Fine.", **({"cycles": (cycle,)} | more)),
        record=RECORD,
    )


def waiting(number: int) -> ReceivedImport:
    return ReceivedImport(f"id-{number}", 0.0, {"format": "junit"}, {}, Parameters(Format.JUNIT))


def page(*imports: ReceivedImport) -> str:
    return imports_page(imports, 0.0, "Cloud")


class Tags(HTMLParser):
    """Counts elements and handlers, as a browser would see them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen += [tag, *[name for name, _ in attrs if name.startswith("on")]]
        if tag not in {"meta", "link"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_a_page_without_imports_says_so() -> None:
    assert "No import yet" in page()
    assert "0 imports received" in page()


def test_the_page_shows_what_jira_would_have_received() -> None:
    shown = page(received(notes=("x is ignored",), members=("a", "b"), attachments=3))
    for text in (
        "1 import received",
        "SUCCESS",
        "junit · r.xml",
        "Fine.",
        "x is ignored",
        "2.0 KiB (2048 bytes)",
        "Staging",
        "SBX-TR-1",
        "Nightly",
        "test cases created 1, versions created 1, reused 0, steps created 1",
        "SBX-TC-1",
        "adds",
        "opens",
    ):
        assert text in shown
    assert "<dt>attachments</dt><dd>3</dd>" in shown
    assert "<dt>deployment</dt><dd>Cloud</dd>" in shown
    assert "What QTM4J Cloud would have imported" in shown


@pytest.mark.parametrize(
    ("made", "fragment"),
    [
        ({}, "created"),
        ({"created": False}, "new version 2"),
        ({"created": False, "new_version": False}, "reused"),
    ],
)
def test_the_page_says_what_became_of_a_case(made: dict[str, Any], fragment: str) -> None:
    assert f"<td>{fragment}</td>" in page(received(case(**made)))


def test_an_import_without_upload_is_waiting() -> None:
    shown = page(waiting(1))
    assert "WAITING" in shown
    assert "nothing uploaded yet" in shown


def test_the_newest_import_comes_first() -> None:
    first, second = received(), replace(received(), tracking_id="id-2")
    assert page(first, second).index("id-2") < page(first, second).index("id-1")


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:12]))
def test_hostile_text_stays_text(text: str) -> None:
    calm, hostile = (
        page(
            replace(
                received(
                    notes=(word,),
                    cycles=(
                        ImportedCycle(
                            word,
                            word,
                            word,
                            reused=True,
                            cases=(case(word, component=word, description=word),),
                        ),
                    ),
                ),
                body={"format": word, "environment": word},
                upload=replace(UPLOAD, file_name=word),
                record=RECORD | {"detailedMessage": word, "importStatus": word, "processStatus": word},
            )
        )
        for word in ("calm", text)
    )
    assert Tags(hostile).seen == Tags(calm).seen
    assert not Tags(hostile).open
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u200b\u202e\u2066\ud800]", hostile)
    hostile.encode()


def test_long_lists_are_cut_and_say_so() -> None:
    shown = page(*[received(*[case(steps=150)] * 250)] * 3)
    assert "50 more test cases are not shown" in shown
    assert "50 more steps are not shown" in shown
    many = page(*[waiting(number) for number in range(130)])
    assert "30 earlier imports are not shown" in many


def test_the_page_needs_nothing_from_elsewhere() -> None:
    links = re.findall(r'(?:src|href)="([^"]*)"', page(received()))
    assert links == ["data:,", "sandbox/imports.json"]


def test_the_state_changes_with_what_is_shown() -> None:
    one = received()
    states = [
        imports_state([]),
        imports_state([one]),
        imports_state([replace(one, record=RECORD | {"processStatus": "PARSING"})]),
        imports_state([one, one]),
    ]
    assert len(set(states)) == len(states)
    assert imports_state([one]) == imports_state([received()])


def test_the_listing_is_plain_json_values() -> None:
    shown = json.loads(json.dumps(import_as_json(received(members=("a",)), "Cloud")))
    assert shown["deployment"] == "Cloud"
    assert shown["upload"]["bytes"] == 2048
    assert shown["upload"]["path"] is None
    assert shown["members"] == ["a"]
    assert shown["cycles"][0]["cases"][0]["steps"] == [{"name": "opens", "result": "Pass"}]
    assert import_as_json(waiting(1), "Cloud")["upload"] is None
