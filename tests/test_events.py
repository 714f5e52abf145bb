"""Which reports are of one event, and which only look alike: a second event is never hidden by a first."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from newsroom import DAY, HOUR, MINUTE, MORNING, Newsroom, newsroom, report

from monitor.model import Item


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    with newsroom(tmp_path) as opened:
        yield opened


RAID = (
    report(
        "Joint raid in Anbar kills seven senior ISIS operatives",
        "Iraqi commandos and US forces stormed a cave complex in the Horan valley in Anbar on Tuesday.",
    ),
    report(
        "Seven ISIS leaders killed as US and Iraqi troops raid Anbar caves",
        "The raid in the Horan valley took place on Tuesday, Iraqi commandos said.",
        feed="daily",
        at=MORNING + HOUR,
    ),
    report(
        "Iraqi commandos and US troops storm ISIS cave complex in Anbar",
        "Seven operatives were killed in the Horan valley raid.",
        feed="herald",
        at=MORNING + 2 * HOUR,
    ),
)


def test_reports_of_one_raid_join_one_story_with_reasons(room: Newsroom) -> None:
    first, second, third = room.joins(RAID)
    assert first.new
    assert (second.story, third.story) == (first.story, first.story)
    assert second.reasons[0].startswith("same event as item ")
    assert "rare words" in second.reasons[1]


def stories(room: Newsroom, items: Sequence[Item]) -> int:
    return len({join.story for join in room.joins(items)})


def test_four_leaders_killed_in_one_month_are_four_stories(room: Newsroom) -> None:
    items = [
        report("ISIS leader Abu Hamza al-Ansari killed in Deir ez-Zor raid", "The US-led raid was on Monday night."),
        report("ISIS leader Khalid al-Jaburi killed in air strike near Idlib", "", at=MORNING + 6 * DAY),
        report("IS chief Usama Jamal killed in drone strike in Aleppo", "", at=MORNING + 13 * DAY),
        report("Islamic State leader Sami Qaysar killed in clashes in Daraa", "", at=MORNING + 21 * DAY),
    ]
    assert stories(room, items) == 4


def test_two_bombings_in_one_city_a_week_apart_are_two_stories(room: Newsroom) -> None:
    items = [
        report("Car bomb in Baghdad market kills 12", "The blast hit the Shorja market on Thursday, police said."),
        report(
            "Car bomb in Baghdad market kills 15",
            "The blast hit the Jamila market on Thursday, police said.",
            at=MORNING + 7 * DAY,
        ),
    ]
    assert stories(room, items) == 2


def test_a_strike_and_the_retaliation_are_two_stories(room: Newsroom) -> None:
    items = [
        report("US air strike kills five militia fighters near Al-Qaim", "The strike hit a convoy on Tuesday."),
        report(
            "Militia rockets hit US base at Ain al-Asad",
            "The militia said it was retaliation for the strike near Al-Qaim. Two soldiers were wounded.",
            at=MORNING + DAY,
        ),
    ]
    assert stories(room, items) == 2


def test_two_reports_of_the_answer_are_one_story_though_one_alone_calls_it_so(room: Newsroom) -> None:
    items = [
        report(
            "US strikes depots of militia in Jurf al-Sakhar in retaliation for base attack",
            "American jets killed one fighter in depots of Kataib Hezbollah south of Baghdad early on Thursday.",
        ),
        report(
            "American jets bomb Kataib Hezbollah depots south of Baghdad",
            "The strikes in Jurf al-Sakhar early on Thursday killed one fighter, the group said.",
            feed="daily",
            at=MORNING + HOUR,
        ),
    ]
    assert stories(room, items) == 1


def test_who_looks_back_at_an_attack_years_ago_tells_of_no_bomb_of_today(room: Newsroom) -> None:
    items = [
        report("Families gather in Tikrit on anniversary of Speicher massacre", "ISIS killed cadets at the camp."),
        report(
            "Bomb near Tikrit kills two policemen",
            "Two policemen were killed when a bomb hit their car on the road to Camp Speicher, north of Tikrit.",
            feed="daily",
            at=MORNING + HOUR,
        ),
    ]  # fmt: skip
    assert stories(room, items) == 2


def test_an_attack_on_an_anniversary_is_one_event_for_those_who_name_it_and_those_who_do_not(room: Newsroom) -> None:
    items = [
        report(
            "Gunmen kill nine at parade on anniversary of war in Ahvaz",
            "Nine soldiers were killed at the parade in Ahvaz.",
        ),
        report(
            "Nine soldiers killed in attack on Ahvaz parade",
            "Gunmen fired on the parade in Ahvaz and killed nine soldiers.",
            feed="daily",
            at=MORNING + HOUR,
        ),
    ]
    assert stories(room, items) == 1


def test_a_number_that_names_a_thing_tells_two_events_apart_and_the_second_is_told(room: Newsroom) -> None:
    first, second = room.joins([report(f"Raid {number} kills seven ISIS members") for number in (1, 7)])
    assert first.story != second.story
    assert second.possibly == first.story
    assert not second.repeat
    assert "the headlines name 7 and 1" in second.reasons[0]


def test_headlines_that_name_different_towns_are_of_two_events(room: Newsroom) -> None:
    first, second = room.joins(
        [
            report("Suicide bomber kills 20 army recruits in Mosul", ""),
            report("Suicide bomber kills 20 army recruits in Kirkuk", "", feed="daily", at=MORNING + HOUR),
        ]
    )
    assert first.story != second.story
    assert second.possibly == first.story


def test_embassies_of_two_countries_are_of_two_events_and_the_second_is_told(room: Newsroom) -> None:
    first, second, third = room.joins(
        [
            report("Parcel bomb injures guard at Danish embassy in Lisbon", "The parcel came by post, police said."),
            report(
                "Parcel bomb found at Norwegian embassy in Lisbon after blast at Danish embassy",
                "Police destroyed the parcel that came by post.",
                feed="daily",
                at=MORNING + DAY,
            ),
            report(
                "Guard injured as parcel bomb explodes in Denmark's embassy in Lisbon",
                "Police said the parcel came by post.",
                feed="herald",
                at=MORNING + DAY,
            ),
        ]
    )
    assert (second.new, second.possibly, second.repeat) == (True, first.story, False)
    assert "Norway" in second.reasons[0]
    assert third.story == first.story


def test_a_changed_toll_stays_in_the_story_and_is_told(room: Newsroom) -> None:
    first, second = room.joins(
        [
            report("Blast at Basra checkpoint kills 4", "A bomb went off at a checkpoint in Basra, police said."),
            report(
                "Death toll in Basra checkpoint blast rises to 6",
                "Two of the wounded died after the bomb at a checkpoint in Basra, police said.",
                feed="daily",
                at=MORNING + 3 * HOUR,
            ),
        ]
    )
    assert second.story == first.story
    assert not second.repeat


def test_a_toll_that_rose_days_later_is_of_the_same_event_where_both_name_its_day(room: Newsroom) -> None:
    first, second = room.joins(
        [
            report(
                "Market bombing in Tal Afar kills 11",
                "A car bomb tore through the sheep market of Tal Afar on 21 October.",
            ),
            report(
                "Toll of Tal Afar sheep market bombing rises to 14",
                "Three of the wounded of the bomb of 21 October in the sheep market have died.",
                feed="daily",
                at=MORNING + 4 * DAY,
            ),
        ]
    )
    assert second.story == first.story


def test_an_arrest_days_later_is_of_the_story_of_the_attack(room: Newsroom) -> None:
    first, second = room.joins(
        [
            report(
                "Gunmen shoot dead imam Yusuf Tawfiq at Hamdaniya mosque",
                "The imam was shot on Monday evening at the gate of the Hamdaniya mosque, near Bartella.",
                at=MORNING,
            ),
            report(
                "Two arrested for shooting of imam at Hamdaniya mosque",
                "Police took two men on Sunday near Bartella, who are said to have shot the imam of the mosque.",
                feed="daily",
                at=MORNING + 4 * DAY,
            ),
        ]
    )
    assert second.story == first.story


def test_one_shooting_joins_by_day_toll_and_rare_words_where_the_headlines_share_nothing(room: Newsroom) -> None:
    first, second = room.joins(
        [
            report(
                "Guests flee as quarrel ends in gunfire in Shaqlawa",
                "A quarrel over a parked tractor at the Zaweta reading room on Qandil lane ended in gunfire. "
                "Four people were wounded by pellets on Wednesday.",
            ),
            report(
                "Four hurt at wedding north of Erbil",
                "Four people were wounded on Wednesday by pellets at the Zaweta reading room on Qandil lane. "
                "A tractor had been parked badly.",
                feed="daily",
                at=MORNING + HOUR,
            ),
        ]
    )
    assert second.story == first.story


def test_a_briefing_joins_nothing_and_nothing_joins_it(room: Newsroom) -> None:
    briefing = report("Morning briefing: Anbar raid kills seven ISIS operatives", "The news of the day.", feed="daily")
    assert stories(room, [RAID[0], briefing, report("Your Friday briefing", "More news."), RAID[2]]) == 3


def test_a_live_page_of_a_war_joins_nothing(room: Newsroom) -> None:
    live = report("Iraq live news: Anbar raid kills seven ISIS operatives; blast hits Kirkuk", "", feed="daily")
    assert stories(room, [RAID[0], live, RAID[2]]) == 2


def test_strikes_of_the_daily_war_news_are_each_an_event_of_their_own(room: Newsroom) -> None:
    """Reports without a headline, one of each day: what they share is the war."""
    texts = [
        "At least 12 people are killed in air strikes on the Hamidiya district of Homs, Syria.",
        "Nine people are killed and twenty are injured in air strikes on a market in Saraqib, Syria.",
        "Four people, two of them children, are killed in air strikes on a bakery in Kafr Nabl, Syria.",
    ]
    assert stories(room, [report("", text, at=MORNING + day * DAY) for day, text in enumerate(texts)]) == 3


def test_like_attacks_in_one_valley_a_week_apart_are_two_events_where_no_headline_tells_more(room: Newsroom) -> None:
    first = report("", "Two rockets land at an army post in the Wadi Sahra valley of Diyala.")
    second = report(
        "",
        "Gunmen attack an army post in the Wadi Sahra valley of Diyala, wounding two guards.",
        feed="daily",
        at=MORNING + 7 * DAY,
    )
    assert stories(room, [first, second]) == 2


def test_reports_without_a_headline_join_by_what_they_tell(room: Newsroom) -> None:
    first, second = room.joins(
        [
            report("", "Commander Idris Salem of the Falcon Brigade is killed in an air strike near Kafr Nabl, Syria."),
            report(
                "",
                "The Falcon Brigade says its commander Idris Salem was killed in the air strike near Kafr Nabl.",
                feed="daily",
                at=MORNING + HOUR,
            ),
        ]
    )
    assert second.story == first.story


# --- copies -------------------------------------------------------------------------------------

TEXT = (
    "Fighters of the group attacked a village in the hills east of Khanaqin before dawn and burned several houses, "
    "the mayor said. Two farmers were killed and a third is missing. Reinforcements came from the district at noon."
)


def test_the_same_text_under_another_headline_is_a_copy(room: Newsroom) -> None:
    first, second = room.joins(
        [
            report("Village near Khanaqin attacked before dawn", TEXT),
            report("Two farmers killed in Diyala", f"KHANAQIN (AP) - {TEXT}", feed="daily", at=MORNING + HOUR),
        ]
    )
    assert second.copy_of == first.story  # a story is named after its first item
    assert (second.story, second.repeat) == (first.story, True)


def test_a_text_cut_short_is_a_copy_and_a_copy_of_a_copy_is_one_of_the_first(room: Newsroom) -> None:
    first, second, third = room.joins(
        [
            report("Village near Khanaqin attacked before dawn", TEXT),
            report("Dawn attack", TEXT[:140], feed="daily", at=MORNING + HOUR),
            report("Farmers killed", TEXT[:120], feed="herald", at=MORNING + 2 * HOUR),
        ]
    )
    assert (second.copy_of, third.copy_of) == (first.story, first.story)


def test_a_short_text_with_another_toll_is_no_copy(room: Newsroom) -> None:
    text = "The death toll of the flood in the valley of Khanaqin and the villages around it passes"
    items = [report("", f"{text} {toll}.", at=MORNING + day * DAY) for day, toll in enumerate((300, 500))]
    assert [join.copy_of for join in room.joins(items)] == [None, None]


def test_a_short_generic_text_never_chains(room: Newsroom) -> None:
    items = [
        report("LIVE: updates from Iraq", "Follow our live coverage here."),
        report("LIVE: updates from Syria", "Follow our live coverage here.", feed="daily", at=MORNING + HOUR),
        report("LIVE: updates from Gaza", "Follow our live coverage here.", feed="herald", at=MORNING + 2 * HOUR),
    ]
    joins = room.joins(items)
    assert [join.copy_of for join in joins] == [None, None, None]
    assert len({join.story for join in joins}) == 3


NOTICE = (
    "You have been signed out. Please sign in again to go on, or make an account with your mail address. If no mail "
    "comes within a few minutes, look among what your provider holds to be unwanted."
)


def test_a_notice_that_a_site_puts_in_the_place_of_its_texts_makes_no_copies(room: Newsroom) -> None:
    items = [
        report("Two farmers killed in Diyala village", NOTICE),
        report("Market in Basra shut by a fire", NOTICE, feed="daily", at=MORNING + HOUR),
        report("Two soldiers killed near Kirkuk", NOTICE, feed="herald", at=MORNING + 2 * HOUR),
    ]
    joins = room.joins(items)
    assert [join.copy_of for join in joins] == [None, None, None]
    assert len({join.story for join in joins}) == 3


HEADLINE = "Ferry with 90 pilgrims aboard capsizes in storm off Khor al-Zubair"


def test_one_long_headline_is_one_report_whatever_stands_under_it(room: Newsroom) -> None:
    first, second, third = room.joins(
        [
            report(HEADLINE, "The boat had left at dawn and lay low in the water, the port said."),
            report(HEADLINE, "Rescuers on the quay, in a photo by A. Jabbar.", feed="daily", at=MORNING + 3 * HOUR),
            report(f"{HEADLINE} - live updates", feed="herald", at=MORNING + 4 * HOUR),
        ]
    )
    assert (second.copy_of, third.copy_of) == (first.story, first.story)


def test_the_headline_of_a_daily_column_is_a_report_of_each_day(room: Newsroom) -> None:
    headline = "What the desk read this morning about the war on the Tigris and its rivers"
    texts = (
        "Bridges, mostly, and who mends them when the engineers have left for the coast.",
        "Of grain, of its price in the south, and of millers that wait for the next harvest.",
    )
    joins = room.joins([report(headline, text, at=MORNING + day * DAY) for day, text in enumerate(texts)])
    assert [join.copy_of for join in joins] == [None, None]


def test_tags_and_the_place_of_a_first_appearance_are_no_part_of_a_text(room: Newsroom) -> None:
    short = TEXT[:150].rsplit(" ", 1)[0]
    first, second, third = room.joins(
        [
            report("Village near Khanaqin attacked", TEXT),
            report("Dawn attack on Khanaqin village", f"{short}… #diyala #khanaqin #village #attack #mayor #hills",
                   feed="daily", at=MORNING + HOUR),
            report("Houses burned in Khanaqin", f"{short} The post Houses burned in Khanaqin appeared first on Herald.",
                   feed="herald", at=MORNING + 2 * HOUR),
        ]
    )  # fmt: skip
    assert (second.copy_of, third.copy_of) == (first.story, first.story)


def test_the_same_page_behind_tracking_parameters_is_a_copy(room: Newsroom) -> None:
    page = "https://wire.example/raid"
    first, second = room.joins(
        [report("Raid in Anbar kills seven", url=page), report("Seven dead", url=f"{page}?utm_source=x", feed="daily")]
    )
    assert (second.story, second.copy_of) == (first.story, first.story)


def test_an_item_that_no_rule_matches_is_still_found_as_a_copy(tmp_path: Path) -> None:
    with newsroom(tmp_path) as room:
        (told,) = room.bring(report("Village near Khanaqin attacked before dawn", TEXT))
        copy = report("Dawn attack in the hills", TEXT, feed="daily", at=MORNING + HOUR)
        (judged,) = room.bring(copy, everything=False)
        assert judged.matches == ()
        assert judged.owed == ()
        assert judged.join is not None
        assert (judged.join.copy_of, judged.join.story, judged.origin) == (told.key, told.key, told.origin)


def test_a_copy_of_a_copy_of_what_no_rule_matched_is_no_origin_of_its_own(tmp_path: Path) -> None:
    with newsroom(tmp_path) as room:
        room.bring(report("Dawn attack in the hills", TEXT), everything=False)
        (second,) = room.bring(report("Village near Khanaqin attacked", TEXT, feed="daily", at=MORNING + HOUR))
        (third,) = room.bring(report("Two farmers killed", TEXT, feed="herald", at=MORNING + 2 * HOUR))
        assert third.join is not None
        assert (third.join.story, third.origin) == (second.key, second.origin)


def test_a_copy_is_of_the_first_ones_origin_however_much_was_told_since(room: Newsroom) -> None:
    (first,) = room.bring(report("Village near Khanaqin attacked before dawn", TEXT))
    for number in range(25):
        again = report("Village near Khanaqin attacked before dawn", TEXT, at=MORNING + number * MINUTE)
        room.bring(again)
    (last,) = room.bring(report("Two farmers killed", TEXT, feed="daily", at=MORNING + HOUR))
    assert last.join is not None
    assert (last.join.copy_of, last.origin) == (first.key, first.origin)


# --- feeds as they are --------------------------------------------------------------------------


def test_a_feed_that_changes_all_its_guids_brings_nothing_new(room: Newsroom) -> None:
    items = [report(f"Patrol {name} attacked near Hawija", url=f"https://wire.example/{name}") for name in "abcd"]
    room.bring(*items)
    changed = [Item("wire", f"new-{item.guid}", item.url, item.title, "", published=item.published) for item in items]
    assert room.bring(*changed, at=MORNING + HOUR) == []


def test_a_reused_guid_with_another_page_and_headline_is_another_event(room: Newsroom) -> None:
    first = Item("wire", "1", "https://wire.example/1", "Convoy attacked in Palmyra", "", published=MORNING)
    second = Item("wire", "1", "https://wire.example/2", "Prison break in Hasakah", "", published=MORNING + HOUR)
    one, other = room.joins([first, second])
    assert one.story != other.story
    assert other.new


def test_an_edited_item_stays_in_its_story(room: Newsroom) -> None:
    page = "https://wire.example/raid"
    first, second = room.joins(
        [
            report("Raid in Anbar kills seven", url=page),
            report("Raid in Anbar kills nine", url=page, at=MORNING + HOUR),
        ]
    )
    assert second.story == first.story
    assert second.reasons == ("a later version of the same item",)
    assert not second.repeat


def test_an_item_deleted_from_its_feed_keeps_its_story_for_others(room: Newsroom) -> None:
    room.bring(RAID[0])
    room.bring(report("Museum opens in Erbil"), at=MORNING + MINUTE)  # the document has the raid no more
    (second,) = room.joins([RAID[1]])
    assert not second.new


def test_two_feeds_of_one_publisher_with_the_same_report_are_one_story(room: Newsroom) -> None:
    first, second = room.joins(
        [report("Village near Khanaqin attacked before dawn", TEXT, url=f"https://paper.example/{name}", feed=feed)
         for name, feed in (("world", "wire"), ("iraq", "daily"))]
    )  # fmt: skip
    assert second.story == first.story
    assert second.copy_of == first.story


# --- order, batches, restarts -------------------------------------------------------------------

EVENTS: tuple[tuple[Item, ...], ...] = (
    RAID,
    (
        report("Car bomb hits checkpoint in Kirkuk, four police killed", "A bomb in a parked car went off in Kirkuk."),
        report("Four police officers die in Kirkuk checkpoint bombing", "A parked car exploded.", feed="daily"),
    ),
    (
        report("Drone shot down over Erbil airport", "The drone carried explosives, Kurdish officials said."),
        report("Explosive drone downed near Erbil airport, Kurdish officials say", "No one was hurt.", feed="herald"),
    ),
    (report("Turkish soldiers wounded by mortar fire in Afrin", "Two soldiers were taken to hospital."),),
)


def grouped(room: Newsroom, items: Sequence[Item], batch: int) -> set[frozenset[str]]:
    """The titles of each story, ``items`` coming in documents of at most ``batch`` of one feed."""
    found: dict[str, set[str]] = defaultdict(set)
    waiting: list[Item] = []
    for item in (*items, None):
        if waiting and (item is None or item.feed != waiting[0].feed or len(waiting) == batch):
            for one in room.bring(*waiting, at=MORNING + 3 * HOUR):
                assert one.join is not None
                found[one.join.story].add(one.item.title)
            waiting = []
        if item is not None:
            waiting.append(item)
    return {frozenset(titles) for titles in found.values()}


@given(st.randoms(use_true_random=False), st.integers(1, 4))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_neither_order_nor_batches_change_who_joins_whom(
    tmp_path_factory: pytest.TempPathFactory, shuffle: random.Random, batch: int
) -> None:
    items = [item for event in EVENTS for item in event]
    shuffle.shuffle(items)
    with newsroom(tmp_path_factory.mktemp("room")) as room:
        assert grouped(room, items, batch) == {frozenset(item.title for item in event) for event in EVENTS}


def test_a_restart_in_between_changes_nothing(tmp_path: Path) -> None:
    deeds, towns = ("Clash", "Patrol", "Arrest", "Ambush"), ("Tikrit", "Samarra", "Sinjar", "Tal Afar", "Haditha")
    items = [
        report(f"{deed} near {town}", f"It was at {town}.", at=MORNING + number * MINUTE)
        for number, (deed, town) in enumerate(product(deeds, towns))
    ]
    items += RAID
    ways = []
    for restarting in (False, True):
        with newsroom(tmp_path / str(restarting)) as room:
            joins = []
            for item in items:
                joins += room.joins([item])
                if restarting:
                    room.restart()
            ways.append(joins)
            counts = room.monitor.store.word_counts()
            assert counts.seen >= 16
    assert ways[0] == ways[1]


# --- by hand ------------------------------------------------------------------------------------


def test_a_split_item_never_comes_back(room: Newsroom) -> None:
    first, second, _ = [one.key for item in RAID for one in room.bring(item)]
    own = room.monitor.store.split_story(second, MORNING + DAY)
    assert own == second
    edited = report("ISIS leaders killed: what is known", "The raid.", feed="daily", url=RAID[1].url, at=MORNING + DAY)
    (again,) = room.joins([edited])
    assert again.story == own
    history = room.monitor.store.history(second)
    assert history is not None
    assert history.versions[0].join is not None
    assert history.versions[0].join.reasons[-1] == f"split off by hand from story {first}"


def test_the_first_item_of_a_story_can_be_split_off_too(room: Newsroom) -> None:
    first, second, _ = [one.key for item in RAID for one in room.bring(item)]
    own = room.monitor.store.split_story(first, MORNING + DAY)
    assert own not in (first, second)
    assert {key for key, _ in room.monitor.store.joins(first)} >= {second}


def test_what_would_join_a_merged_story_joins_the_one_it_is_part_of(room: Newsroom) -> None:
    drone, raid = EVENTS[2][0], RAID[0]
    (one,), (other,) = room.joins([drone]), room.joins([raid])
    assert room.monitor.store.merge_stories(other.story, one.story) == one.story
    (third,) = room.joins([RAID[1]])
    assert third.story == one.story
    assert room.monitor.store.final_story(other.story) == one.story
