"""Ages behind people, which count nobody: "three girls aged 9, 11 and 12", "two brothers, 19 and 22"."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.facts.lexicon import Kind
from monitor.facts.words import Word

_AFTER_AGES = Kind.PUNCTUATION | Kind.BE | Kind.HAVE | Kind.PREPOSITION | Kind.OUTCOME | Kind.WHO


def past_ages(words: Sequence[Word], at: int, many: int | None) -> int:
    """The index behind the ages of ``many`` people at ``at``: "three girls aged 9, 11 and 12"; ``at`` for none."""
    size = len(words)
    step = at + (at < size and words[at].text == ",")
    told = step < size and words[step].entry.cue("ages")
    if not told and not (step > at and _lists_ages(words, step, many)):
        return at
    end = at
    step += told
    while step < size and words[step].kind & (Kind.BOUND | Kind.FROM):
        step += 1  # "aged between 8 and 14"
    while step < size and words[step].kind & Kind.NUMBER:
        end = step + 1
        last = step > 0 and bool(words[step - 1].kind & (Kind.AND | Kind.JOIN))  # "and 12": no more
        if last or end >= size or not (words[end].text == "," or words[end].kind & (Kind.AND | Kind.JOIN)):
            break
        step = end + 1
        if step < size and words[step].kind & Kind.AND and words[end].text == ",":
            step += 1
    return end


def _lists_ages(words: Sequence[Word], at: int, many: int | None) -> bool:
    """Whether as many numerals as there are people stand at ``at``, between commas: "two brothers, 19 and 22, were"."""
    listed = 0
    while at < len(words) and words[at].text.isdigit() and words[at].entry.value < 100:
        listed += 1
        at += 1
        joint = at + 1 < len(words) and words[at + 1].text.isdigit()
        at += bool(joint and (words[at].text == "," or words[at].kind & Kind.AND))
    return listed > 1 and listed == many and (at == len(words) or bool(words[at].kind & _AFTER_AGES))
