"""Which story an item joins, and whether it tells anything new."""

from dataclasses import replace

from monitor import facts, story
from monitor.model import Item, Level, StoryHint


def item(title: str = "Raid in Anbar kills seven", summary: str = "", feed: str = "wire") -> Item:
    return Item(feed, "g", "https://example.org/raid", title, summary)


def told(
    title: str = "Raid in Anbar kills seven", summary: str = "", key: str = "k1", level: Level = Level.HIGH
) -> StoryHint:
    return StoryHint("s1", key, "example.org/raid", title, summary, level)


def test_an_item_that_no_story_has_begins_one() -> None:
    join = story.join("k9", item(), Level.HIGH, [])
    assert (join.story, join.new, join.repeat) == ("k9", True, False)


def test_the_same_page_through_another_feed_is_a_repeat_of_its_story() -> None:
    join = story.join("k2", item(title="Raid in Anbar kills seven - The Wire"), Level.HIGH, [told()])
    assert (join.story, join.new, join.repeat) == ("s1", False, True)


def test_a_changed_toll_is_told_with_both_figures() -> None:
    join = story.join("k1", item("Raid in Anbar kills nine"), Level.HIGH, [told()])
    assert not join.repeat
    assert join.changes[0] == "figures seven → nine"


def test_a_reworded_summary_with_the_same_figures_is_a_repeat() -> None:
    join = story.join(
        "k1", item(summary="Officials spoke on Tuesday."), Level.HIGH, [told(summary="Officials said so.")]
    )
    assert join.repeat


def test_a_publishers_own_new_headline_is_told() -> None:
    join = story.join("k1", item("Top figure among dead in Anbar, seven killed"), Level.HIGH, [told()])
    assert join.changes == ("headline was “Raid in Anbar kills seven”",)


def test_an_item_above_the_level_of_its_story_is_always_told() -> None:
    join = story.join("k2", item(), Level.CRITICAL, [told(level=Level.MEDIUM)])
    assert (join.repeat, join.changes) == (False, ("now critical",))


def test_a_figure_that_the_other_feed_had_already_is_no_news() -> None:
    hints = [told("Raid in Anbar kills seven"), told("Anbar raid: nine dead", key="k2")]
    assert story.join("k3", item("Nine dead in Anbar"), Level.HIGH, hints).repeat


def read(title: str, summary: str = "") -> StoryHint:
    one = item(title, summary)
    return StoryHint("s1", "k1", "example.org/raid", title, summary, Level.HIGH, facts.read(one))


def changes(before: StoryHint, title: str, summary: str = "") -> tuple[str, ...]:
    one = item(title, summary)
    return story.join("k1", one, Level.HIGH, [before], facts.read(one)).changes


def test_a_changed_toll_is_told_by_whose_people_it_counts() -> None:
    before = read("Convoy attacked", "Four soldiers were killed and two US troops wounded in Iraq.")
    told = changes(before, "Convoy attacked", "Six soldiers were killed and two US troops wounded in Iraq.")
    assert told == ("Iraqi forces killed 4 → 6",)


def test_a_figure_that_is_no_claim_of_people_is_told_as_it_stands() -> None:
    before = read("Raid kills seven ISIS members", "It lasted three hours.")
    assert changes(before, "Raid kills seven ISIS members", "It lasted five hours.") == ("figures three → five",)


def test_the_toll_of_another_event_is_no_change_of_this_one() -> None:
    before = read("Raid in Anbar kills seven ISIS members")
    told = changes(before, "Raid in Anbar kills seven ISIS members", "In 2014 the group killed 1,700 cadets at a base.")
    assert not any("cadets" in change or "1,700" in change for change in told if change.startswith("ISIS"))


def test_another_publishers_other_numbers_are_no_news_where_its_figures_were_read() -> None:
    before = replace(read("Raid in Anbar kills seven ISIS members"), item_key="k2")
    one = item("Seven ISIS members killed in Anbar raid", "The raid lasted three hours.")
    assert story.join("k1", one, Level.HIGH, [before], facts.read(one)).repeat
    two = item("Nine ISIS members killed in Anbar raid", "The raid lasted three hours.")
    assert story.join("k1", two, Level.HIGH, [before], facts.read(two)).changes == ("ISIS killed 7 → 9",)
