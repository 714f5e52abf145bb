"""What readers see, and what hostile feed text can't make them see."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from monitor.model import Change, Coverage, Digest, Entry, Evidence, Format, Level, Match, Message, Report, Tier
from monitor.render import hostile, message_id, render
from monitor.render.split import wrapped
from monitor.render.view import healthy

NOW = datetime(2024, 10, 24, 5, 0, tzinfo=UTC)


def a_match(title: str, summary: str, *words: str, rule: str = "isis-operation", level: Level = Level.HIGH) -> Match:
    found = [
        Evidence(field, hit.start(), hit.end(), word)
        for field, text in (("title", title), ("summary", summary))
        for word in words
        for hit in re.finditer(re.escape(word), text)
    ]
    return Match(rule, "Operation by or against ISIS", "operation", level, tuple(found))


def a_report(title: str = "Raid kills seven", summary: str = "Seven were killed in a raid.", **changes: Any) -> Report:
    fields: dict[str, Any] = {
        "item_key": "k1", "version": 1, "feed": "wire", "feed_title": "Regional Wire", "tier": Tier.WIRE,
        "url": "https://wire.example/raid", "title": title, "summary": summary,
        "published": datetime(2024, 10, 22, 14, 5, tzinfo=UTC), "first_seen": datetime(2024, 10, 24, 4, 41, tzinfo=UTC),
        "matches": (a_match(title, summary, "raid", "killed"),),
    }  # fmt: skip
    return Report(**(fields | changes))


def an_entry(*reports: Report, **changes: Any) -> Entry:
    reports = reports or (a_report(),)
    fields: dict[str, Any] = {
        "story": "s1", "change": Change.NEW, "level": Level.HIGH, "title": reports[0].title, "reports": reports,
    }  # fmt: skip
    return Entry(**(fields | changes))


def a_digest(*entries: Entry, **changes: Any) -> Digest:
    fields: dict[str, Any] = {
        "id": "morning.20241024T050000.4be1c7a90d52", "spec": "morning", "channel": "desk", "title": "ISIS watch",
        "timezone": "Asia/Baghdad", "composed_at": NOW, "entries": entries,
        "coverage": Coverage(61, 63, ("Euphrates Post", "Desert Gazette")),
    }  # fmt: skip
    return Digest(**(fields | changes))


CONVOY = an_entry(
    a_report(
        "Six killed in attack on convoy", "Two of the injured died overnight.", url="https://local.example/convoy",
        feed="local", feed_title="Syria Monitor", tier=Tier.LOCAL, published=None, item_key="k2",
    ),
    story="s2", change=Change.UPDATED, level=Level.MEDIUM, told_title="Four killed in attack on convoy",
    told_at=datetime(2024, 10, 23, 11, 10, tzinfo=UTC),
    changes=("figures four → six", "headline was “Four killed in attack on convoy”"),
)  # fmt: skip


def text_of(digest: Digest, **more: Any) -> str:
    return "\n".join(render(digest, Format.TEXT, None, **more).parts)


# --- what readers see --------------------------------------------------------------------------


def test_a_digest_in_plain_text_reads_like_this() -> None:
    digest = a_digest(an_entry(), CONVOY, held=2, suppressed={"muted": 3, "repeat": 1})
    assert text_of(digest) == (
        """\
ISIS watch · Thu 24 Oct 2024 08:00 Baghdad · not told before
1 new, 1 updated · highest level high

 1  HIGH  NEW      Raid kills seven
 2  MED   UPDATED  Six killed in attack on convoy

── 1 · HIGH · NEW · 1 report
  Raid kills seven
  Seven were killed in a raid.
  Tue 22 Oct 17:05 (14:05Z) · Regional Wire · wire · wire.example
  https://wire.example/raid
  why: isis-operation · "raid", "killed"

── 2 · MEDIUM · UPDATED · 1 report
  Six killed in attack on convoy
  you had “Four killed in attack on convoy” (Wed 23 Oct 14:10)
  changed: figures four → six
  Two of the injured died overnight.
  undated, first seen Thu 24 Oct 07:41 (04:41Z) · Syria Monitor · local · local.example
  https://local.example/convoy
  why: isis-operation · "killed"

61 of 63 feeds healthy · failing: Euphrates Post, Desert Gazette
2 reports held for later
kept back since the last one: 3 muted, 1 repeat
digest morning.20241024T050000.4be1c7a90d52"""
    )


def test_a_digest_in_markdown_reads_like_this() -> None:
    message = render(a_digest(an_entry(), CONVOY), Format.MARKDOWN, None)
    assert message.parts == (
        """\
**ISIS watch** · Thu 24 Oct 2024 08:00 Baghdad · not told before
1 new, 1 updated · highest level high

**1 HIGH** NEW · Raid kills seven
**2 MED** UPDATED · Six killed in attack on convoy

**1 · HIGH · NEW** Raid kills seven
1 report
“Seven were **killed** in a **raid**.”
Tue 22 Oct 17:05 (14:05Z) · Regional Wire · wire · [wire.example](<https://wire.example/raid>)
why: isis-operation · "raid", "killed"

**2 · MEDIUM · UPDATED** Six **killed** in attack on convoy
1 report
you had “Four killed in attack on convoy” (Wed 23 Oct 14:10)
changed: figures four → six
“Two of the injured died overnight.”
undated, first seen Thu 24 Oct 07:41 (04:41Z) · Syria Monitor · local · [local.example](<https://local.example/convoy>)
why: isis-operation · "killed"

61 of 63 feeds healthy · failing: Euphrates Post, Desert Gazette""",
    )


def test_an_alert_says_what_matters_on_the_lock_screen() -> None:
    summary = "The Pentagon said two US service members were wounded and are stable."
    match = a_match("", summary, "two US service members", "wounded", rule="us-casualties", level=Level.CRITICAL)
    at = datetime(2024, 10, 24, 2, 41, tzinfo=UTC)
    report = a_report("Two US troops wounded in Iraq", summary, published=at, first_seen=at, matches=(match,))
    alert = a_digest(
        an_entry(report, level=Level.CRITICAL), urgent=True, composed_at=datetime(2024, 10, 24, 2, 42, tzinfo=UTC)
    )
    lines = text_of(alert).split("\n")
    assert lines[:3] == [
        "CRITICAL Two US troops wounded in Iraq · Regional Wire (wire) · one report so far",
        "“The Pentagon said two US service members were wounded and are stable.”",
        "published 02:41Z, 1 min before this alert · first seen 02:41Z · this alert 02:42Z"
        " · not independently reported",
    ]
    message = render(alert, Format.HTML, None)
    assert message.subject == "[critical] Two US troops wounded in Iraq"
    assert message.urgent
    assert "one report so far" in message.parts[0]


def test_a_post_without_a_title_is_told_by_its_first_sentence_and_not_twice() -> None:
    post = a_report("", "Seven were killed in a raid.")
    text = text_of(a_digest(an_entry(post, title="Seven were killed in a raid.")))
    assert text.count("Seven were killed in a raid.") == 1
    longer = a_report("", "Seven were killed in a raid. The army holds the road.")
    text = text_of(a_digest(an_entry(longer, title="Seven were killed in a raid.")))
    assert "Seven were killed in a raid. The army holds the road." in text
    alert = text_of(a_digest(an_entry(post, title="Seven were killed in a raid."), urgent=True))
    assert alert.count("Seven were killed in a raid.") == 1


def test_a_part_of_a_digest_says_which_it_is() -> None:
    message = render(a_digest(an_entry(), part=2, parts=3), Format.TEXT, None)
    assert "1 new, part 2 of 3" in message.subject
    assert "1 new, part 2 of 3" in message.parts[0]


def test_an_empty_digest_says_that_all_is_well() -> None:
    message = render(a_digest(), Format.HTML, None)
    assert message.subject == "ISIS watch: nothing new, 61 of 63 feeds healthy"
    assert "nothing new" in message.text
    assert "not told before" not in message.text
    assert "Nothing new since you were last told." in message.parts[0]


@pytest.mark.parametrize("format", list(Format))
def test_a_possible_repeat_says_so_in_subject_and_body_and_keeps_its_id(format: Format) -> None:
    digest = a_digest(an_entry())
    message = render(digest, format, None, possible_repeat=True)
    assert message.subject == "[high] [possible repeat] ISIS watch: 1 new"
    assert "possible repeat" in message.parts[0].lower()
    assert "POSSIBLE REPEAT" in message.text or format is not Format.HTML
    assert message.message_id == render(digest, format, None).message_id == message_id(digest)


def test_ids_are_fit_for_headers() -> None:
    message = render(a_digest(id="über day\r\n<x>", spec="a b"), Format.TEXT, None)
    assert re.fullmatch(r"[A-Za-z0-9.-]+@monitor\.invalid", message.message_id)
    assert message.list_id == "a.b.monitor.localhost"


def test_an_update_refers_to_the_message_that_told_first() -> None:
    assert render(a_digest(CONVOY, thread="first@monitor.invalid"), Format.HTML, None).thread == "first@monitor.invalid"


def test_official_sources_stand_first_and_a_group_s_own_channel_is_called_one() -> None:
    entry = an_entry(
        a_report(item_key="a", tier=Tier.GROUP, feed_title="Amaq"), a_report(item_key="b", tier=Tier.OFFICIAL)
    )
    text = text_of(a_digest(entry))
    assert text.index("· official ·") < text.index("an armed group's own channel")


def test_times_are_in_the_digest_s_zone_with_utc_beside_them() -> None:
    late = a_report(published=datetime(2024, 10, 22, 22, 30, tzinfo=UTC))
    assert "Wed 23 Oct 01:30 (22 Oct 22:30Z)" in text_of(a_digest(an_entry(late)))
    assert "Tue 22 Oct 22:30 UTC" in text_of(a_digest(an_entry(late), timezone="UTC"))
    old = a_report(published=datetime(2023, 1, 2, 3, 4, tzinfo=UTC))
    assert "Mon 2 Jan 2023 06:04 (03:04Z)" in text_of(a_digest(an_entry(old)))


def test_bare_words_that_a_rule_asks_for_beside_others_are_no_reason_that_is_told() -> None:
    title = "Carrier ordered to the Gulf"
    report = a_report(title=title, matches=(a_match(title, "", "ordered", "to"),))
    assert 'why: isis-operation · "ordered"\n' in text_of(a_digest(an_entry(report))) + "\n"


def test_words_found_in_a_body_that_is_not_shown_are_named_as_the_rule_has_them() -> None:
    match = Match("r", "R", "c", Level.LOW, (Evidence("body", 400, 406, "Da'esh"),))
    assert 'why: r · "Da\'esh"' in text_of(a_digest(an_entry(a_report(matches=(match,)))))


def test_a_long_summary_is_cut_around_the_words_that_matched() -> None:
    summary = "Nothing to see here. " * 100 + "Then seven were killed in a raid. " + "And on it goes. " * 100
    text = text_of(a_digest(an_entry(a_report(summary=summary))))
    assert "seven were killed in a raid" in text
    assert len(text) < 1500
    assert "… " in text
    assert " …" in text


# --- what hostile text can't do ----------------------------------------------------------------

HOSTILE = [
    '<script>alert(1)</script><img src=x onerror="alert(1)">',
    '"><a href="https://evil.example">click</a>',
    "</td></tr></table><h1>owned</h1>",
    "[Bank](https://evil.example/) ![img](https://evil.example/x.png)",
    "<https://evil.example|Reuters> <!channel> <!here> <@U123> <#C123>",
    "@everyone @here @channel @all (@room) <@123456789> <@&42>",
    "`code` ```block``` *bold* _it_ ~~no~~ ||spoiler|| **x**",
    "# heading\n- list\n> quote\n1. one\n\n---\n",
    "\x1b[31mred\x1b[0m \x1b]0;title\x07 \x9b31m \x07\x08\x7f",
    "\u202eevil\u202c \u2066isolated\u2069 \u200f mark",
    "Subject\r\nBcc: spy@example.org\r\n\r\nbody",
    "z" + "\u0301" * 300 + "algo",
    "lone \ud800 surrogate \ufffe \U000e0041",
    "{{ 7*7 }} {% raw %} {{ config }}",
    "&lt;script&gt; &amp;",
    "javascript:alert(1) tg://resolve?domain=x",
    "\\](https://evil.example) \\\\[x]\\(y)",
    "القوات [x](http://evil.example) @everyone",
]


def hostile_digest(text: str) -> Digest:
    report = a_report(text, text, feed_title=text, url="javascript:alert(1)")
    return a_digest(
        an_entry(report, told_title=f"before {text}", told_at=NOW, changes=(text,), change=Change.UPDATED),
        an_entry(report, story="s3"),
        title=text,
        coverage=Coverage(1, 2, (text,)),
    )


class Tags(HTMLParser):
    """Collects what a mail client would see as markup."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "background")]

    def handle_data(self, data: str) -> None:
        self.text += data


OUR_TAGS = {
    "html", "head", "meta", "title", "style", "body", "div", "table", "tr", "td", "p", "h1", "h2", "b", "i", "br",
    "span", "mark", "a", "bdi",
}  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_feed_text_makes_no_html(text: str) -> None:
    for urgent in (False, True):
        digest = hostile_digest(text)
        digest = replace(digest, urgent=True, entries=digest.entries[:1]) if urgent else digest
        seen = Tags()
        seen.feed(render(digest, Format.HTML, None).parts[0])
        assert seen.tags <= OUR_TAGS
        assert seen.links == []
        assert not {name for name in seen.attributes if name.startswith("on")}
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", seen.text)
        assert "49" not in seen.text


@pytest.mark.parametrize("text", HOSTILE)
def test_feed_text_makes_no_markdown(text: str) -> None:
    digest = hostile_digest(text)
    for one in (digest, replace(digest, urgent=True, entries=digest.entries[:1])):
        message = render(one, Format.MARKDOWN, None)
        parser = MarkdownIt("commonmark", {"linkify": False})
        for token in parser.parse(message.parts[0]):
            assert token.type in ("paragraph_open", "inline", "paragraph_close")
            for child in token.children or ():
                assert child.type in ("text", "softbreak", "text_special", "strong_open", "strong_close"), child
        for said in (message.parts[0], message.subject):
            assert not re.search(r"(?<!\w)@\w", said)
            assert not re.search(r"<[@!#:/A-Za-z]", said)
            assert "://" not in said
            assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066]", said)
        assert "\n" not in message.subject


@pytest.mark.parametrize("text", HOSTILE)
def test_feed_text_makes_no_terminal_codes_mentions_or_second_lines_in_plain_text(text: str) -> None:
    message = render(hostile_digest(text), Format.TEXT, None)
    said = message.parts[0] + message.subject
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066\ud800-\udfff]", said)
    assert not re.search(r"(?<!\w)@\w", said)
    assert "](" not in said
    assert len(said.split("\n")) == len(text_of(hostile_digest("harmless")).split("\n"))
    assert "\u0301" * 5 not in said
    said.encode("utf-8")


def test_what_was_escaped_reads_as_it_was_written() -> None:
    text = "5 * 3 _x_ [brackets] <tag> `code` a|b ~c~ back\\slash"
    shown = MarkdownIt("commonmark").render(hostile.as_markdown(hostile.shown(text)))
    seen = Tags()
    seen.feed(shown)
    assert seen.text.strip().replace("\u200b", "") == text
    assert hostile.as_html(hostile.shown("a < b & c")) == "a &lt; b &amp; c"


def test_right_to_left_text_is_isolated_from_what_stands_beside_it() -> None:
    arabic = hostile.shown("مقتل قيادي")
    assert hostile.as_text(arabic) == "\u2068مقتل قيادي\u2069"
    assert hostile.as_html(arabic) == '<bdi dir="auto">مقتل قيادي</bdi>'


def test_marks_stand_on_the_words_that_matched_and_nowhere_else() -> None:
    text = "İslâm & <b> killed"
    spans = [(text.index("killed"), len(text)), (0, 5), (3, 5)]
    assert hostile.as_html(hostile.marked(text, spans, 100)) == (
        "<mark>İslâm</mark> &amp; &lt;b&gt; <mark>killed</mark>"
    )
    assert hostile.as_html(hostile.marked("short", [(2, 99), (-4, 1), (7, 9)], 100)) == (
        "<mark>s</mark>h<mark>ort</mark>"
    )


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://example.org/a?b=c&d=é#f", "https://example.org/a?b=c&d=%C3%A9#f"),
        ("HTTP://Example.ORG:8080/a(b)[c]<d>\"e'", "http://example.org:8080/a%28b%29%5Bc%5D%3Cd%3E%22e%27"),
        ("https://пример.example/", "https://xn--e1afmkfd.example/"),
        ("https://[2001:db8::1]/x", "https://[2001:db8::1]/x"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//example.org/x", ""),
        ("/relative", ""),
        ("", ""),
        ("https://bank.example@evil.example/", ""),
        ("https://ex ample.org/", ""),
        ("https://example.org:99999/", ""),
        ("https://[broken", ""),
        ("https://example.org/" + "a" * 3000, ""),
        ("https://example.org/a\r\nb\tc d", "https://example.org/abc%20d"),
        ("https://example.org/x>)](https://evil.example)", "https://example.org/x%3E%29%5D%28https://evil.example%29"),
    ],
)
def test_a_link_leads_where_it_says_or_nowhere(url: str, link: str) -> None:
    assert hostile.link(url) == link


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60), st.lists(st.tuples(st.integers(-2, 70), st.integers(-2, 70)), max_size=4))
def test_no_text_and_no_span_can_break_a_dialect(text: str, spans: list[tuple[int, int]]) -> None:
    cut = hostile.marked(text, spans, 30)
    assert not re.search("[\x00-\x1f\x7f-\x9f]", hostile.as_text(cut))
    assert "<" not in hostile.as_html(cut).replace("<mark>", "").replace("</mark>", "").replace(
        '<bdi dir="auto">', ""
    ).replace("</bdi>", "")
    tokens = MarkdownIt("commonmark").parse("“" + hostile.as_markdown(cut) + "”")
    kinds = {child.type for token in tokens for child in token.children or ()}
    assert kinds <= {"text", "text_special", "strong_open", "strong_close", "softbreak"}


# --- parts -------------------------------------------------------------------------------------


def many(count: int) -> Digest:
    entries = [
        an_entry(
            a_report(
                f"Raid number {n} kills seven in the desert", "Seven were killed in a raid. " * 6,
                url=f"https://wire.example/2024/10/24/raid-number-{n}", item_key=f"k{n}",
            ),
            story=f"s{n}",
        )
        for n in range(1, count + 1)
    ]  # fmt: skip
    return a_digest(*entries)


@pytest.mark.parametrize("format", [Format.TEXT, Format.MARKDOWN])
@pytest.mark.parametrize("limit", [160, 280, 1000, 2000, 4096, 32768])
def test_parts_stay_under_the_limit_tell_every_story_and_are_numbered(format: Format, limit: int) -> None:
    parts = render(many(12), format, limit).parts
    assert all(len(part) <= limit for part in parts)
    for n in range(1, 13):
        assert any(f"Raid number {n} " in part.replace("**", "") for part in parts)
    if len(parts) > 1:
        assert [part.split("\n")[0] for part in parts] == [f"({n}/{len(parts)})" for n in range(1, len(parts) + 1)]


def test_a_story_is_kept_whole_where_a_part_can_hold_it() -> None:
    parts = render(many(12), Format.TEXT, 2000).parts
    for n in range(1, 13):
        holding = [part for part in parts if f"── {n} ·" in part]
        assert len(holding) == 1
        assert f"raid-number-{n}\n  why: isis-operation" in holding[0]


@pytest.mark.parametrize("limit", range(150, 700, 37))
def test_no_part_cuts_a_link_or_an_escape(limit: int) -> None:
    text = "*[x](y)* & <b> \\ `q` " * 8
    report = a_report(text, text, url="https://wire.example/" + "path_(x)/" * 12)
    for part in render(a_digest(an_entry(report), an_entry(report)), Format.MARKDOWN, limit).parts:
        assert len(part) <= limit
        assert not part.endswith("\\") or part.endswith("\\\\")
        links = [
            child.attrs["href"]
            for token in MarkdownIt("commonmark").parse(part)
            for child in token.children or ()
            if child.type == "link_open"
        ]
        assert set(links) <= {hostile.link(report.url)}
        assert part.count("](<") == len(links)


def test_a_channel_for_a_few_words_gets_the_subject() -> None:
    assert render(many(3), Format.TEXT, 67).parts == ("[high] ISIS watch: 3 new",)
    assert len(render(many(3), Format.TEXT, 10).parts[0]) == 10


def test_html_is_one_part_with_its_text_beside_it() -> None:
    message: Message = render(many(40), Format.HTML, 100)
    assert len(message.parts) == 1
    assert len(message.parts[0].encode()) < 102_000  # where Gmail begins to hide the rest
    assert "── 40 ·" in message.text


def test_the_mail_loads_nothing_from_anywhere() -> None:
    html = render(a_digest(an_entry(), CONVOY), Format.HTML, None).parts[0]
    seen = Tags()
    seen.feed(html)
    assert seen.links == ["https://wire.example/raid", "https://local.example/convoy"]
    assert not re.search(r"url\(|@import|src=", html)


def test_rendering_is_pure() -> None:
    digest = many(5)
    assert render(digest, Format.HTML, None) == render(digest, Format.HTML, None)


# --- the lines of a mail -----------------------------------------------------------------------


def test_no_line_of_a_mails_text_is_longer_than_78_where_words_allow() -> None:
    long = " ".join(["reinforcements"] * 20)
    address = f"https://news.example.org/{'x' * 90}"
    text = f" 1  HIGH  NEW      {long}\n  ISIS killed           7 · {long}\n  {long}\n  {address}\n\nshort"
    lines = wrapped(text).split("\n")
    assert [line for line in lines if len(line) > 78] == [f"  {address}"]
    assert "".join(wrapped(text).split()) == "".join(text.split())
    assert lines[1].startswith(" " * 21 + "reinforcements")
    assert f"\n{' ' * 26}reinforcements" in wrapped(text)
    assert lines[-2:] == ["", "short"]


def test_before_the_first_poll_no_feed_is_counted() -> None:
    assert healthy(Coverage(0, 0)) == "no feed read yet"
