"""Whose people are by those they are told with: "18 soldiers killed and 20 hurt", "four more", "a second guard"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from monitor.facts.claims import Setting
from monitor.facts.groups import Group
from monitor.facts.lexicon import Kind
from monitor.facts.merge import Kept
from monitor.facts.reference import owner, takes_after
from monitor.facts.sentences import Toll
from monitor.facts.words import Word
from monitor.model import Party

_ARMED = ("force", "fighter")


def more_of_them(told: Sequence[Kept], group: Group, sentence: int) -> Party | None:
    """The party of the people whom the sentence before told of, where ``group``, "four more", are more of them."""
    before = [one for one in told if one.sentence == sentence - 1] if group.others else []
    parties = {one.claim.party for one in before}
    armed = all(one.toll.group.head in _ARMED and one.toll.group.figures[2] > 1 for one in before)
    return parties.pop() if len(parties) == 1 and armed else None


def only_who(whole: Group, group: Group, party: Party) -> bool:
    """Whether what is told of a part is no more than where they are from: they are of the side that the whole is of."""
    armed = whole.head in ("force", "fighter") and group.head == "folk" and not group.roles
    return armed or (party is Party.PEOPLE and group.head in ("people", ""))


def another(words: Sequence[Word], group: Group) -> bool:
    """Whether ``group`` is "a second soldier", after one told of before."""
    told = not group.party and not group.nation and not group.many
    return told and any(word.kind & Kind.ORDINAL for word in words[group.start : group.end])


def as_the_first(group: Group, told: Sequence[Kept]) -> Party | None:
    """The party of the people told of last who are what ``group``, "a second contractor", is; None for none."""
    for one in reversed(told[-3:]):
        if not group.head or (one.toll.group.head, one.toll.group.roles) == (group.head, group.roles):
            return one.claim.party
    return None


def of_the_same(
    setting: Setting, toll: Toll, parties: Mapping[int, Party], last: tuple[Party, Toll] | None
) -> Party | None:
    """The party that the people of ``toll`` have from those they are told with; None where they have none of these."""
    group, words = toll.group, setting.words
    if (side := owner(words, group)) is not None:
        return side
    if group.party or group.nation:
        return None
    if group.head == "rank" and parties.get(whole := whole_of(toll), Party.PEOPLE) is not Party.PEOPLE:
        return parties[whole]  # "37 militants, including two senior leaders"
    if last is not None and takes_after(words, group, same_verb=last[1].verb == toll.verb):
        return last[0]  # "a leader and two followers"
    told = last[1].group if last is not None else None
    if last is not None and told is not None and group.head == told.head == "force" and _of_a_country(words, told):
        return last[0] if toll.verb - last[1].verb < 6 else None  # "a US marine killed, two sailors hurt"
    return None


def _of_a_country(words: Sequence[Word], group: Group) -> bool:
    """Whether the words of ``group`` say of which country they are."""
    return bool(group.nation) or any(word.entry.cue("american") for word in words[group.start : group.end])


def whole_of(toll: Toll) -> int:
    """Where the people begin that those of ``toll`` are among; -1 for none."""
    return toll.part_of.group.start if toll.part_of is not None else -1


def inherits(last: Toll, toll: Toll, words: Sequence[Word]) -> bool:
    """Whether a bare number goes on with the people told of before: "18 soldiers are killed and 20 injured".

    Not so a toll that someone's death raises: "a soldier died, taking the toll to nine".
    """
    raised = words[toll.verb].kind & Kind.TOLL
    return last.group.figures[2] >= 2 or (last.group.head == "force" and not raised) or toll.group.others
