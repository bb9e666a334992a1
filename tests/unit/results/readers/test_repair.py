"""A repaired document is one that a parser takes, however it comes in pieces."""

from __future__ import annotations

import io
import re
from encodings.aliases import aliases
from xml.parsers.expat import ParserCreate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qtm_action.redaction import Redactor, protect
from qtm_action.results.readers import read_stream
from qtm_action.results.readers.tally import UnreadableError
from qtm_action.results.readers.xml_repair import repaired
from qtm_action.results.readers.xml_stream import Handlers, parse

FORBIDDEN = (
    *(b"\x1b[31m", b"\x1b", b"&#27;", b"&#x1B;[0m", b"\0", b"\x07", b"&#0;"),
    *(b"\xef\xbf\xbe", b"\xff", b"\xed\xa0\x80"),
)
HARMLESS = (b"a", b"-", b"]", b"&amp;", b"&#10;", b"[1m", b"'", b"\xc3\xa4", b"\xf0\x9f\x8d\x8e")
LATIN_1 = b"<?xml version='1.0' encoding='latin1'?>"
PIECES = st.lists(st.sampled_from((*FORBIDDEN, *HARMLESS)), max_size=12).map(b"".join)


@given(PIECES, PIECES, PIECES, PIECES, st.integers(min_value=1, max_value=60))
def test_what_is_repaired_is_well_formed_in_any_pieces(
    attribute: bytes, text: bytes, data: bytes, comment: bytes, size: int
) -> None:
    document = (
        b'<testsuite><testcase name="'
        + attribute
        + b'>"/><system-out>'
        + text
        + b"]]>"
        + text
        + b"<![CDATA["
        + data.replace(b"]", b"")
        + b"]]></system-out><!-- "
        + comment.replace(b"-", b"")
        + b" --></testsuite>\0\0"
    )
    whole = b"".join(repaired(iter([document])))

    ParserCreate().Parse(whole, True)
    first, rest = document[:100], document[100:]
    cut = [rest[place : place + size] for place in range(0, len(rest), size)]
    assert b"".join(repaired(iter([first, *cut]))) == whole
    reading = read_stream(io.BytesIO(document), shown_as="it", repair=True)
    assert (reading.problems, reading.counts.total) == ((), 1)


@pytest.mark.parametrize("repair", [False, True])
@pytest.mark.parametrize(
    "name",
    [
        *(
            "hex",
            "zlib",
            "rot13",
            "utf-7",
            "palmos",
            "unicode_escape",
            "raw_unicode_escape",
            "punycode",
            "idna",
        ),
        *("punycode", "utf-8-sig", "hz", "undefined", "charmap", "klingon", "x" * 41),
    ],
)
def test_an_encoding_that_java_lacks_is_refused_plainly_with_and_without_repair(
    name: str, *, repair: bool
) -> None:
    document = f"<?xml version='1.0' encoding='{name}'?><testsuite><testcase name='a'/></testsuite>"

    (problem,) = read_stream(io.BytesIO(document.encode()), shown_as="it", repair=repair).problems

    assert problem.message == f"the text can't be decoded: unknown encoding: {name[:40]}"
    assert problem.hint == "Write the file as UTF-8, and declare it in the XML declaration."


def test_an_encoding_that_is_the_beginning_of_a_secret_is_not_shown() -> None:
    document = b"<?xml version='1.0' encoding=\"hunter2's-own-word\"?><testsuite/>"
    protect(Redactor(("hunter2's-own-word",)))
    try:
        (problem,) = read_stream(io.BytesIO(document), shown_as="it").problems
    finally:
        protect(Redactor(()))

    assert problem.message == "the text can't be decoded: unknown encoding: ***"


@pytest.mark.parametrize("repair", [False, True])
def test_no_encoding_of_pythons_ends_in_pythons_words(*, repair: bool) -> None:
    for name in {*aliases.values(), "cp875", "cp874", "koi8_u", "mac_greek"}:
        document = f"<?xml version='1.0' encoding='{name}'?><testsuite><testcase name='a'/></testsuite>"
        try:
            content = document.encode(name)
        except LookupError:  # it is not one of text
            continue
        reading = read_stream(io.BytesIO(content), shown_as="it", repair=repair)

        messages = " ".join(each.message for each in reading.problems)
        assert not re.search("codec|not supported|BOM", messages), name
        assert reading.problems or reading.counts.total == 1, name


@pytest.mark.parametrize(
    ("written", "copy", "number"),
    [
        (b"<a>red: \x1b[31mno\x1b[0m</a>", b"<a>red: no</a>", 2),
        (b"<a>\x07 &#7; &#10;</a>", "<a>\ufffd \ufffd &#10;</a>".encode(), 2),
        (b"<a><![CDATA[&#27;[31m]]></a>", b"<a><![CDATA[&#27;[31m]]></a>", 0),
        (b"<a b=']]>'>]]></a>", b"<a b=']]>'>]]&gt;</a>", 1),
        (b"<a>caf\xe9</a>", "<a>caf\ufffd</a>".encode(), 1),
        (b"<a/>\0\0\0\0", b"<a/>", 1),
        (
            b"<?xml version='1.0' encoding='latin1'?><a>\xe9\x07</a>",
            b"<?xml version='1.0' encoding='latin1'?><a>\xe9&#65533;</a>",
            1,
        ),
        (b"<?xml version='1.1'?><a>&#27;\x1b</a>", "<?xml version='1.1'?><a>&#27;\ufffd</a>".encode(), 1),
    ],
)
def test_what_becomes_of_each_character(written: bytes, copy: bytes, number: int) -> None:
    document = written.replace(b"<a", b"<testsuite", 1).replace(b"</a>", b"</testsuite>")
    assert b"".join(repaired(iter([document]))) == copy.replace(b"<a", b"<testsuite", 1).replace(
        b"</a>", b"</testsuite>"
    )
    assert read_stream(io.BytesIO(document), shown_as="it", repair=True).repaired == number


@pytest.mark.parametrize("size", [1, 7, 33, 34, 35, 1 << 18])
def test_the_end_of_a_cdata_section_in_text_is_named_wherever_the_pieces_end(size: int) -> None:
    document = b"<testsuite><testcase name='a'/>]]></testsuite>"
    pieces = iter([document[place : place + size] for place in range(0, len(document), size)])

    with pytest.raises(UnreadableError) as raised:
        parse(pieces, lambda *_: Handlers(lambda *_: None, lambda _: None, lambda: 1))

    assert raised.value.hint == "XML does not allow `]]>` in text."
    assert raised.value.can_be_repaired


@pytest.mark.parametrize("text", ["]]>", "\x1b[31m", "&#7;", "\ufffe"])
def test_the_hint_names_the_repair(text: str) -> None:
    document = f"<testsuite>{text}</testsuite>".encode()

    (problem,) = read_stream(io.BytesIO(document), shown_as="it").problems

    assert problem.hint.endswith(". Set `repair: true` to upload a corrected copy.")
