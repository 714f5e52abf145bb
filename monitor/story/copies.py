"""Whether one report has the text of another: the same under another headline, cut short or prefixed.

Precision before recall: what is too short to be anybody's own words is no copy of anything.
"""

from __future__ import annotations

from monitor.model import Sketch
from monitor.story.prepared import Prepared

_PIECES = 8  # runs of words that two texts must share before they can be one text
_LONG = 20  # runs from which on another number is only an edit
_SHARE = 0.85  # of the shorter one's
_SOME = 0.2  # that texts under one headline share where both have one
_HEADLINE = 5  # words that tell something, of a headline that stands for its text
_OWN = 7  # from which on no two desks find the same ones
_EDITION = 18 * 3_600.0  # seconds within which they are of one report; a daily column comes again after a day
_DAYS = 3  # within which one headline is one report


def copied(mine: Prepared, theirs: Prepared, runs: frozenset[int]) -> str:
    """Why ``mine`` is a copy of ``theirs`` or the other way round, in words; "" where neither is. Symmetric.

    ``runs`` are the shingles of ``mine``: one set for all that it is compared with.
    """
    one, other = mine.sketch, theirs.sketch
    if one.title != other.title and runs.isdisjoint(other.shingles):
        return ""
    shorter = min(len(one.shingles), len(other.shingles))
    shared = len(runs.intersection(other.shingles))
    if shorter >= _PIECES and shared >= _SHARE * shorter and (shorter >= _LONG or not _counts_other(one, other)):
        return "the same text" if _speaks(mine, theirs) else ""
    if len(one.title) < _HEADLINE or one.title != other.title:
        return ""
    if len(one.title) >= _OWN and abs(mine.at - theirs.at) < _EDITION:
        return "the same long headline"  # whatever stands under it: a caption, the words of another desk
    if one.roundup or other.roundup:
        return ""
    if abs((one.at - other.at).days) > _DAYS or (shorter >= _PIECES and shared < _SOME * shorter):
        return ""
    return "the same headline" if shorter < _PIECES else "the same headline and much of the text"


def _speaks(mine: Prepared, theirs: Prepared) -> bool:
    """Whether the text has to do with a headline, and is no notice that a site puts in the place of any text."""
    return mine.sketch.title == theirs.sketch.title or not (mine.of_title | theirs.of_title).isdisjoint(
        mine.of_lead & theirs.of_lead
    )


def _counts_other(one: Sketch, other: Sketch) -> bool:
    """Whether the headlines count and not one number is the same: "toll passes 30", "toll passes 50"."""
    return bool(one.title_numbers and other.title_numbers) and one.title_numbers.isdisjoint(other.title_numbers)
