"""What a right configuration means."""

from __future__ import annotations

import json
import os
from datetime import time, timedelta
from pathlib import Path

import pytest

from monitor import config, settings
from monitor.errors import ConfigError, Problem
from monitor.model import (
    Channel,
    DigestSpec,
    Feed,
    Level,
    ListText,
    Place,
    QueryText,
    Quiet,
    RuleText,
    Selection,
    Tier,
    Unconfirmed,
)

ROOT = Path(__file__).parents[2]


def folder_with(folder: Path, **files: str) -> Path:
    """A configuration folder; ``rules_a`` names rules/a.yaml."""
    for name, content in files.items():
        path = folder / (name.replace("rules_", "rules/") + ".yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder


# --- values ------------------------------------------------------------------------------------


def test_a_feed_takes_from_the_defaults_what_it_leaves_out(tmp_path: Path) -> None:
    folder_with(
        tmp_path,
        feeds="""\
defaults: {tier: wire, lang: ar, interval: 5m, include_last: 1d}
feeds:
  - {id: plain, url: "https://example.org/a"}
  - id: own
    url: http://example.org:8080/b?c=d
    title: Un journal à nous
    tier: local
    lang: no
    tags: [iraq, syria, iraq]
    interval: 1w
    allow_private: true
    include_last: 0s
    headers: {Authorization: "Bearer ${TOKEN}", X-Note: "$${TOKEN}"}
""",
    )
    loaded = config.load(tmp_path, {"TOKEN": "s3cret"})
    assert loaded.feeds == (
        Feed("plain", "https://example.org/a", "plain", Tier.WIRE, "ar", (), timedelta(minutes=5), False, timedelta(1)),
        Feed(
            "own",
            "http://example.org:8080/b?c=d",
            "Un journal à nous",
            Tier.LOCAL,
            "no",
            ("iraq", "syria"),
            timedelta(weeks=1),
            allow_private=True,
            include_last=timedelta(0),
            headers=(("Authorization", "Bearer s3cret"), ("X-Note", "${TOKEN}")),
        ),
    )
    assert "s3cret" not in repr(loaded)


def test_a_rule_knows_the_place_of_each_of_its_texts(tmp_path: Path) -> None:
    folder_with(
        tmp_path,
        rules_a="""\
lists:
  isis: [=ISIS, "Islamic State", @daesh-quoted]
""".replace("@daesh-quoted", '"@daesh"'),
        rules_b="""\
queries:
  noise: |
    goddess
rules:
  - id: isis-operation
    title: Operation
    category: operation
    level: high
    when: |
      @isis
        AND NOT $noise
    tell_when: origins >= 2
    raise: {critical: "origins >= 3"}
    examples:
      match: ["a b"]
      ignore:
        - c
    note: why
  - {id: other, category: operation, level: low, when: a}
""",
    )
    book = config.load(tmp_path, {}).book
    a, b = str(tmp_path / "rules/a.yaml"), str(tmp_path / "rules/b.yaml")
    assert book.lists == (
        ListText(
            "isis",
            (("=ISIS", Place(a, 2, 10)), ("Islamic State", Place(a, 2, 17)), ("@daesh", Place(a, 2, 34))),
            Place(a, 2, 3),
        ),
    )
    assert book.queries == (QueryText("noise", "goddess\n", Place(b, 3, 5), 4),)
    assert book.rules == (
        RuleText(
            id="isis-operation",
            title="Operation",
            category="operation",
            level=Level.HIGH,
            when="@isis\n  AND NOT $noise\n",
            place=Place(b, 5, 5),
            when_place=Place(b, 10, 7),
            when_indent=6,
            tell_when="origins >= 2",
            tell_when_place=Place(b, 12, 16),
            raises=((Level.CRITICAL, "origins >= 3", Place(b, 13, 24)),),
            must_match=(("a b", Place(b, 15, 15)),),
            must_ignore=(("c", Place(b, 17, 11)),),
        ),
        RuleText("other", "other", "operation", Level.LOW, "a", Place(b, 19, 5), Place(b, 19, 56)),
    )


def test_an_example_may_have_a_summary_below_its_headline(tmp_path: Path) -> None:
    path = tmp_path / "rules" / "a.yaml"
    path.parent.mkdir()
    path.write_text(
        """rules:
  - id: raid
    category: operation
    level: low
    when: summary:raid
    examples:
      match:
        - |
          Quiet night in Anbar
          Only one raid was reported.
""",
        encoding="utf-8",
    )
    [(text, _)] = config.load(tmp_path, {}).book.rules[0].must_match
    assert text == "Quiet night in Anbar\nOnly one raid was reported.\n"


def test_a_channel_and_a_digest_are_what_the_files_say(tmp_path: Path) -> None:
    folder_with(
        tmp_path,
        channels="""\
channels:
  - {id: desk, title: The desk, url: "mailto://u:${PW}@example.org", timezone: Asia/Baghdad, include_last: 1d}
""",
        digests="""\
digests:
  - id: morning
    title: Morning
    channels: [desk, desk]
    cron: 0 8 * * 1-5
    timezone: Asia/Baghdad
    select: {tags: [iraq], langs: [en, ar], level: medium}
    quiet: {from: 22:00, to: 7:30, unless: high}
    send_empty: true
  - {id: often, channels: [desk], every: 4h}
  - {id: urgent, channels: [desk], at_once: critical}
""",
    )
    loaded = config.load(tmp_path, {"PW": "a"})
    assert loaded.channels == (
        Channel("desk", "The desk", "mailto://u:a@example.org", "Asia/Baghdad", timedelta(days=1)),
    )
    assert loaded.digests == (
        DigestSpec(
            "morning",
            "Morning",
            ("desk",),
            cron="0 8 * * 1-5",
            timezone="Asia/Baghdad",
            select=Selection(level=Level.MEDIUM, tags=("iraq",), langs=("en", "ar")),
            quiet=Quiet(time(22), time(7, 30), Level.HIGH),
            send_empty=True,
        ),
        DigestSpec("often", "often", ("desk",), every=timedelta(hours=4)),
        DigestSpec("urgent", "urgent", ("desk",), at_once=Level.CRITICAL, unconfirmed=Unconfirmed(tell=False)),
    )


# --- secrets -----------------------------------------------------------------------------------


def channel_url(folder: Path, url: str, env: dict[str, str]) -> str:
    folder_with(folder, channels=f"channels:\n  - id: c\n    url: {json.dumps(url)}\n")
    return config.load(folder, env).channels[0].url


def test_a_secret_may_stand_in_a_file_that_the_environment_names(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("json://example.org/hook\n")
    folder = tmp_path / "config"
    assert channel_url(folder, "${URL}", {"URL_FILE": str(secret)}) == "json://example.org/hook"
    assert secret in config.load(folder, {"URL_FILE": str(secret)}).files


def test_a_password_may_hold_what_would_end_its_part_of_the_url(tmp_path: Path) -> None:
    env = {"PW": "p@s/s?w#rd %41%", "TO": "a@b.example", "WHOLE": "json://u:p@h/x?y#z"}
    url = channel_url(tmp_path, "mailto://u:${PW}@example.org?to=${TO}", env)
    assert url == "mailto://u:p%40s%2Fs%3Fw%23rd%20%41%25@example.org?to=a@b.example"
    assert channel_url(tmp_path, "${WHOLE}", env) == env["WHOLE"]


def test_what_no_log_may_show_is_known(tmp_path: Path) -> None:
    folder_with(
        tmp_path,
        channels="""\
channels:
  - {id: a, url: "mailto://user:typed-in@mail.example.org?to=desk@example.org"}
  - {id: b, url: "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js"}
  - {id: c, url: "json://u:${PW}@example.org"}
""",
        feeds='feeds:\n  - {id: f, url: "https://example.org/", headers: {A: "Bearer ${TOKEN}"}}\n',
    )
    hidden = config.load(tmp_path, {"PW": "pass/word", "TOKEN": "t0ken", "OTHER": "free"}).secrets
    assert {"typed-in", "JHMHI8qBe7bk2ZwO5U711o3dV_js", "4174216298", "pass/word", "Bearer t0ken", "t0ken"} <= {*hidden}
    assert {"free", "mail.example.org", "user"}.isdisjoint(hidden)


def test_the_variables_that_files_refer_to_are_known_without_loading_them(tmp_path: Path) -> None:
    folder_with(tmp_path, channels="channels: [\n ${MONITOR_DESK} $${NOT} ${2} \n", feeds="${A_B}")
    assert config.references(tmp_path) == {"MONITOR_DESK", "2", "A_B"}


# --- the whole ---------------------------------------------------------------------------------


def test_any_file_may_be_missing_but_not_all(tmp_path: Path) -> None:
    folder_with(tmp_path, rules_a="rules: []\n")
    loaded = config.load(tmp_path, {})
    assert (loaded.feeds, loaded.channels, loaded.digests, loaded.book.rules) == ((), (), (), ())


def test_rule_files_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    rule = "rules:\n  - {{id: {0}, category: x, level: low, when: a}}\n"
    folder_with(tmp_path, rules_b=rule.format("two"), rules_a=rule.format("one"), rules_c=rule.format("three"))
    loaded = config.load(tmp_path, {})
    assert [rule.id for rule in loaded.book.rules] == ["one", "two", "three"]
    assert (
        loaded.source.index("# rules/a.yaml") < loaded.source.index("id: one") < loaded.source.index("# rules/b.yaml")
    )


def test_the_fingerprint_follows_every_file_and_every_secret(tmp_path: Path) -> None:
    def fingerprint(url: str = "json://a") -> str:
        return config.load(tmp_path, {"URL": url}).fingerprint

    folder_with(tmp_path, channels="channels:\n  - {id: c, url: '${URL}'}\n", rules_a="rules: []\n")
    seen = [fingerprint(), fingerprint("json://b")]
    folder_with(tmp_path, rules_a="rules: [] #\n")
    seen.append(fingerprint())
    (tmp_path / "rules/a.yaml").rename(tmp_path / "rules/b.yaml")
    seen.append(fingerprint())
    assert len(set(seen)) == 4
    assert fingerprint() == seen[-1]


def test_the_stamp_follows_every_file_without_reading_it(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    folder = folder_with(tmp_path / "config", channels="channels: []\n", rules_a="rules: []\n")
    seen = [config.stamp(folder, [secret])]
    (folder / "rules/b.yaml").write_text("")
    seen.append(config.stamp(folder, [secret]))
    (folder / "rules/b.yaml").write_text("rules: []")
    seen.append(config.stamp(folder, [secret]))
    (folder / "feeds.yaml").write_text("feeds: []")
    seen.append(config.stamp(folder, [secret]))
    secret.write_text("a")
    seen.append(config.stamp(folder, [secret]))
    assert len(set(seen)) == 5
    assert config.stamp(folder, [secret]) == seen[-1]


def test_a_stage_s_problem_gets_its_place_and_its_line(tmp_path: Path) -> None:
    folder_with(tmp_path, channels="channels:\n  - id: c\n    url: json://h/t0ken\n")
    loaded = config.load(tmp_path, {})
    place = loaded.place("channel", "c", "url")
    assert place == Place(str(tmp_path / "channels.yaml"), 3, 10)
    assert loaded.place("channel", "c", "timezone") == loaded.place("channel", "c") == Place(place.file, 2, 5)
    assert loaded.place("channel", "d") is None
    later, first = Problem(place, "this is no Apprise URL"), Problem(None, "a setting")
    assert loaded.shown([later, first, later]) == (first, Problem(place, later.what, excerpt="url: json://…"))


def test_what_is_right_in_a_wrong_configuration_can_be_checked_further(tmp_path: Path) -> None:
    folder_with(
        tmp_path,
        channels="channels:\n  - {id: good, url: 'json://h'}\n  - {id: bad, url: 'json://h', colour: red}\n",
        rules_a="rules:\n  - {id: good, category: x, level: low, when: a}\n  - {id: bad, category: x, level: low}\n",
    )
    loaded, problems = config.read(tmp_path, {})
    assert [channel.id for channel in loaded.channels] == ["good", "bad"]
    assert [rule.id for rule in loaded.book.rules] == ["good"]
    assert loaded.book_complete
    assert len(problems) == 2


def test_one_wrong_key_hides_no_problem_of_another(tmp_path: Path) -> None:
    folder_with(
        tmp_path,
        channels="channels:\n  - {id: desk, url: '${NOT_SET}', timezone: Mars}\n",
        digests="digests:\n  - {id: d, channels: [desk, no], every: soon, cron: 0 8 * * *, select: {rules: [gone]}}\n",
        rules_a="rules:\n  - {id: bad, category: x, level: loud, when: a}\n",
    )
    problems = [problem.what for problem in config.read(tmp_path, {})[1]]
    for what in (
        "no IANA time zone",
        "NOT_SET is not set",
        "no channel 'no'",
        "no duration",
        "no rule 'gone'",
        "no level",
    ):
        assert any(what in problem for problem in problems), (what, problems)


def test_a_list_that_could_not_be_read_leaves_the_book_incomplete(tmp_path: Path) -> None:
    folder_with(tmp_path, rules_a="lists: {isis: 5}\nrules: [{id: r, category: x, level: low, when: a}]\n")
    assert not config.read(tmp_path, {})[0].book_complete


@pytest.mark.skipif(os.name != "posix", reason="links are made otherwise elsewhere")
def test_files_that_are_links_are_read(tmp_path: Path) -> None:
    folder_with(tmp_path / "..data", channels="channels: []\n", rules_a="rules: []\n")
    folder = tmp_path / "config"
    folder.mkdir()
    for name in ("channels.yaml", "rules"):
        (folder / name).symlink_to(tmp_path / "..data" / name)
    assert len(config.load(folder, {}).files) == 2


# --- what is shipped -----------------------------------------------------------------------------


def test_the_shipped_configuration_loads_without_a_secret() -> None:
    loaded = config.load(ROOT / "config", {})
    assert [channel.url for channel in loaded.channels] == ["console://"]
    assert len(loaded.feeds) >= 40
    assert {"iraq", "syria", "afghanistan", "sahel", "us-forces", "analysis"} <= {
        tag for feed in loaded.feeds for tag in feed.tags
    }
    assert loaded.book.rules


def test_official_and_wire_feeds_are_polled_each_five_minutes_and_no_feed_is_private() -> None:
    for feed in config.load(ROOT / "config", {}).feeds:
        assert feed.interval == timedelta(minutes=5) or feed.tier not in (Tier.OFFICIAL, Tier.WIRE)
        assert not feed.allow_private
        assert feed.lang


def test_the_schemas_in_the_tree_are_current() -> None:
    """Write them anew with ``monitor schema`` after a change to a file model."""
    for name, schema in {**config.schemas(), "settings": settings.schema()}.items():
        path = ROOT / "config/schema" / f"{name}.json"
        assert json.loads(path.read_text(encoding="utf-8")) == schema, path.name


def test_each_shipped_file_names_its_schema() -> None:
    for path in (ROOT / "config").glob("*.yaml"):
        first = path.read_text(encoding="utf-8").split("\n", 1)[0]
        assert first.startswith("# yaml-language-server: $schema="), path
        assert (path.parent / first.partition("=")[2]).is_file(), path


def test_a_thousand_feeds_load_in_a_moment(tmp_path: Path) -> None:
    entry = "  - id: feed-{0}\n    url: https://example.org/{0}\n    title: Feed {0}\n    tags: [a, b]\n"
    folder_with(tmp_path, feeds="feeds:\n" + "".join(entry.format(number) for number in range(1000)))
    assert len(config.load(tmp_path, {}).feeds) == 1000


def test_load_refuses_what_read_finds_wrong(tmp_path: Path) -> None:
    folder_with(tmp_path, feeds="feeds: 1\n")
    _, problems = config.read(tmp_path, {})
    with pytest.raises(ConfigError) as error:
        config.load(tmp_path, {})
    assert error.value.problems == problems
