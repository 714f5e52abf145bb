"""Documents in the encoding they are in, whatever they say."""

from __future__ import annotations

import codecs

import pytest
from feed_documents import only, read, rss

TITLE = "Три человека ранены"


def document(encoding: str | None, title: str = TITLE) -> str:
    declared = f' encoding="{encoding}"' if encoding else ""
    return rss(f"<title>{title}</title>").replace('<?xml version="1.0"?>', f'<?xml version="1.0"{declared}?>')


@pytest.mark.parametrize(
    "body",
    [
        document("utf-8").encode(),
        codecs.BOM_UTF8 + document(None).encode(),
        document("windows-1251").encode("cp1251"),
        document("koi8-r").encode("koi8-r"),
        document("utf-16").encode("utf-16"),
        codecs.BOM_UTF16_BE + document("utf-16").encode("utf-16-be"),
        document("utf-16").encode("utf-16-le"),
        document(None).encode("utf-16-be"),
        document("utf-32").encode("utf-32"),
        codecs.BOM_UTF8 + document("windows-1251").encode(),  # the mark is right, the declaration is not
    ],
)
def test_the_document_says_its_encoding(body: bytes) -> None:
    assert only(body, "application/rss+xml").title == TITLE


def test_the_http_charset_says_it_where_the_document_does_not() -> None:
    assert only(document(None).encode("cp1251"), "text/xml; charset=windows-1251").title == TITLE


@pytest.mark.parametrize("charset", ["iso-8859-1", "us-ascii", "windows-1251", "utf-16", "no-such-charset", "hex", ""])
def test_utf_8_is_utf_8_whatever_charset_is_claimed(charset: str) -> None:
    assert only(document("iso-8859-1").encode(), f'text/xml; charset="{charset}"').title == TITLE


def test_windows_1252_called_latin_1_keeps_its_quotes() -> None:
    item = only(document("iso-8859-1", "the group’s “base”").encode("cp1252"))
    assert item.title == "the group’s “base”"


def test_windows_1252_that_says_nothing_is_told_as_a_problem() -> None:
    parsed = read(document(None, "café – blessés").encode("cp1252"))
    assert parsed.items[0].title == "café – blessés"
    assert any("no UTF-8" in problem for problem in parsed.problems)


def test_one_broken_byte_does_not_spoil_the_rest() -> None:
    parsed = read(document("utf-8", f"{TITLE} @").encode().replace(b"@", b"\xd0"))
    assert parsed.items[0].title == f"{TITLE} \ufffd"
    assert any("damaged" in problem for problem in parsed.problems)


def test_japanese_mail_encoding_is_taken_where_it_is_declared() -> None:
    assert only(document("iso-2022-jp", "東京で会談").encode("iso-2022-jp")).title == "東京で会談"


def test_chinese_called_gb2312_may_use_all_of_gb18030() -> None:
    assert only(document("gb2312", "朱镕基").encode("gb18030")).title == "朱镕基"
