"""Who is behind a report, and behind each claim in it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor import config, facts
from monitor.model import Feed, Item, Party, Publisher, Report, Tier
from monitor.story.origins import Origins, site

SHIPPED = config.read(Path(__file__).parents[1] / "config", {})[0].publishers
ORIGINS = Origins(SHIPPED)
DAILY = Feed("daily", "https://daily.example/rss", "The Daily")
NOW = datetime(2024, 10, 24, tzinfo=UTC)


def item(title: str = "Raid near Hawija", summary: str = "", url: str = "https://daily.example/1") -> Item:
    return Item("daily", None, url, title, summary)


def origin(title: str = "Raid near Hawija", summary: str = "", url: str = "https://daily.example/1") -> str:
    return ORIGINS.of(item(title, summary, url), DAILY)


@pytest.mark.parametrize(
    ("title", "summary", "whose"),
    [
        ("Raid near Hawija", "BAGHDAD (AP) — Troops raided a farm.", "ap"),
        ("Raid near Hawija", "KIRKUK, Iraq, Oct. 22 (Xinhua) -- Troops raided a farm.", "xinhua"),
        ("Raid near Hawija, Reuters reports", "", "reuters"),
        ("Raid near Hawija: Reuters", "", "reuters"),
        ("Raid near Hawija - Reuters", "", "reuters"),
        ("Raid near Hawija", "Troops raided a farm, SANA said on Tuesday.", "sana"),
        ("Raid near Hawija", "Troops raided a farm, according to the Chinese state news agency Xinhua.", "xinhua"),
        ("Raid near Hawija", "A commander told Agence France-Presse that it was over.", "afp"),
        ("Raid near Hawija", "Troops raided a farm. AFP", "afp"),
        ("Raid near Hawija", "Troops raided a farm, a Reuters correspondent saw.", "reuters"),
        ("غارة قرب الحويجة", "نقلا عن وكالة رويترز", "reuters"),
        ("Raid near Hawija", "Selon l'agence AFP, l'opération est terminée.", "afp"),
        ("Raid near Hawija", "Laut Reuters ist der Einsatz beendet.", "reuters"),
        ("Raid near Hawija", "AA'ya göre operasyon bitti.", "anadolu"),
    ],
)
def test_a_report_is_of_the_agency_it_credits(title: str, summary: str, whose: str) -> None:
    assert origin(title, summary) == whose


@pytest.mark.parametrize(
    "summary",
    [
        "The president spoke of sana and of a gap.",
        "Sana said she was glad.",  # a person: an agency in capitals is meant as written
        "Reuters moved its offices to another street.",
        "The APs of the school met.",
        "x" * 700 + " Reuters reported something else last year. " + "x" * 200,
    ],
)
def test_a_name_that_credits_nothing_is_no_origin(summary: str) -> None:
    assert origin(summary=summary) == "daily.example"


def test_two_feeds_of_one_publisher_are_one_origin() -> None:
    world = Feed("bbc-world", "https://feeds.bbci.co.uk/news/world/rss.xml", "BBC News, world")
    asia = Feed("bbc-asia", "https://feeds.bbci.co.uk/news/world/asia/rss.xml", "BBC News, Asia")
    first = ORIGINS.of(item(url="https://www.bbc.co.uk/news/1"), world)
    assert first == ORIGINS.of(item(url="https://www.bbc.com/news/2"), asia) == "bbc"


def test_two_outlets_of_one_house_are_one_origin() -> None:
    assert origin(url="https://www.armytimes.com/1") == origin(url="https://www.defensenews.com/2")


def test_who_is_in_no_list_is_an_origin_by_its_site() -> None:
    assert origin(url="https://www.paper.example/1") == origin(url="https://m.paper.example/2") == "paper.example"
    assert (site("news.paper.co.uk"), site("a.b.example.com")) == ("paper.co.uk", "example.com")


def test_an_item_of_another_site_is_of_that_site() -> None:
    assert origin(url="https://wire.example/1") == "wire.example"


def test_a_link_through_an_aggregator_says_nothing_of_the_publisher() -> None:
    assert origin(url="https://news.google.com/rss/articles/x") == "daily.example"
    through = Feed("rudaw", "https://news.google.com/rss/search?q=site:rudaw.net", "Rudaw")
    assert ORIGINS.of(item(url="https://news.google.com/rss/articles/x"), through) == "rudaw"
    lost = Feed("any", "https://news.google.com/rss/search?q=any", "Any")
    assert ORIGINS.of(item(url="https://news.google.com/rss/articles/x"), lost) == "any"


def test_on_a_platform_each_account_is_an_origin() -> None:
    assert origin(url="https://t.me/one/5") != origin(url="https://t.me/two/5")
    assert origin(url="https://one.substack.com/p/5") == "one.substack.com"


def test_an_agency_that_quotes_another_answers_for_itself() -> None:
    assert origin("SANA said troops raided a farm", url="https://www.reuters.com/world/1") == "reuters"


def test_an_official_release_is_its_publishers_own() -> None:
    assert origin("CENTCOM answers what AP reported", url="https://www.centcom.mil/1") == "us-military"


def test_without_a_list_every_site_is_its_own_origin() -> None:
    assert Origins().of(item(summary="(AP)"), DAILY) == "daily.example"


def test_the_shipped_list_names_feeds_and_families_that_are_there() -> None:
    assert len(SHIPPED) > 50
    assert all(one.hosts or one.names or one.feeds for one in SHIPPED)


# --- claims --------------------------------------------------------------------------------------


def behind(sentence: str, whose: str = "daily.example") -> list[tuple[str, Party | None]]:
    read = facts.read(Item("daily", None, "", "News", sentence, published=NOW))
    report = Report(
        "k", 1, "daily", "The Daily", Tier.NATIONAL, "", "News", sentence, NOW, NOW, (), facts=read, origin=whose
    )
    found = [ORIGINS.behind(fact, report) for fact in read if fact.kind == "casualty"]
    return [(one.origin, one.party) for one in found]


def test_a_claim_is_of_whom_the_text_quotes_for_it() -> None:
    assert behind("Two US soldiers were wounded, the Pentagon said.") == [("us-military", Party.US)]


def test_a_quoted_body_is_one_origin_under_all_its_names() -> None:
    one = behind("CENTCOM said two US soldiers were wounded.")
    assert one == behind("Two US soldiers were wounded, US Central Command said.", "other.example")


def test_officials_without_a_name_are_as_many_origins_as_papers_quote_them() -> None:
    [(one, _)] = behind("Police said three people were killed.")
    [(other, _)] = behind("Police said three people were killed.", "other.example")
    assert (one, other) == ("daily.example", "other.example")


def test_a_claim_that_nobody_is_quoted_for_is_the_reports() -> None:
    assert behind("Three people were killed near Mosul.", "ap") == [("ap", None)]


def test_a_name_in_the_list_may_hold_anything_a_pattern_would_trip_over() -> None:
    odd = Origins([Publisher("odd", "Odd", names=("A.B (C) [D]*",), agency=True)])
    assert odd.of(item(summary="according to A.B (C) [D]*"), DAILY) == "odd"
