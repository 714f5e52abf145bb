"""Whether what an outcome word tells happened, or is planned, foiled or denied."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.facts.lexicon import Kind, Table
from monitor.facts.setting import tagged
from monitor.facts.words import Word
from monitor.model import Modality

_CHAIN = (
    Kind.NOT | Kind.BE | Kind.HAVE | Kind.ADVERB | Kind.MODAL | Kind.TO | Kind.LEFT
)  # what stands between "not" and its verb


def modality_of(sentence: Sequence[Word], verb: int, *, active: bool) -> Modality:
    """Whether what the outcome word at ``verb`` tells happened."""
    if _refuted(sentence, verb):
        return Modality.DENIED
    clause = 0
    for at in range(verb - 1, -1, -1):
        kind = sentence[at].kind
        if (kind & Kind.CLAUSE and not kind & (Kind.WHO | Kind.LEFT)) or sentence[at].text in (";", ":"):
            clause = at + 1
            break
    near = sentence[max(clause, verb - 4) : verb]
    noun = bool(sentence[verb].kind & Kind.NOUN and not sentence[verb].kind & (Kind.EITHER | Kind.AFTER))
    planned = False
    for back in range(len(near) - 1, -1, -1):
        word = near[back]
        if not word.kind & _CHAIN and not planned and not noun:
            break
        if word.kind & Kind.NOT:
            return Modality.DENIED
        if word.kind & Kind.MODAL and not (word.kind & Kind.DATE and word.cap):
            planned = not _reported(near[back:], sentence[verb])
    if (
        active
        and near
        and not _means(sentence[max(clause, verb - 8) : verb])
        and (
            near[-1].kind & Kind.TO
            or (
                any(word.kind & (Kind.TO | Kind.OF) for word in near)
                and tagged(sentence[max(clause, verb - 8) : verb], "modality").get("planned")
            )
        )
    ):
        planned = True
    likely = any(word.text == "likely" for word in near)
    if near and near[-1].kind & Kind.TO and (likely or sentence[verb].text in ("die", "perish")):
        planned = True  # "more likely to be killed", "ready to die"
    if not planned:
        return Modality.HAPPENED
    return Modality.FOILED if tagged(sentence[:verb], "modality").get("foiled") else Modality.PLANNED


def attempted(sentence: Sequence[Word], verb: int) -> bool:
    """Whether what the word at ``verb`` tells was tried: "attempted to overrun", "a failed attempt to storm"."""
    if (
        verb < 2
        or not sentence[verb - 1].kind & Kind.TO
        or "attempted" not in sentence[verb - 2].entry.named("modality")
    ):
        return False
    before = sentence[max(0, verb - 6) : verb - 2]
    intended = any(
        "failed" not in names and "planned" in names for names in (w.entry.named("modality") for w in before)
    )
    return not intended and not any(word.kind & (Kind.MODAL | Kind.TO | Kind.NOT) for word in before)


def _refuted(sentence: Sequence[Word], verb: int) -> bool:
    """ "denied killing five civilians", "denies five were killed", "a report that five were killed is false".

    "Denies a role in the raid that killed five" and "denies a raid killing five" leave the five dead.
    """
    for at in range(verb - 1, max(-1, verb - 12), -1):
        word = sentence[at]
        if word.entry.tables & Table.MODALITY and _denies(word):
            opens = at + 1 == verb or sentence[at + 1].text in ("that", "having")
            return opens or _finite(sentence, verb)
        before = sentence[at - 1] if at else word
        told_more = word.kind & Kind.WHO and not (_denies(before) or before.entry.named("say"))  # "denies reports that"
        if told_more or word.kind & (Kind.OUTCOME | Kind.PUNCTUATION):
            break
    return any(
        word.entry.tables & Table.MODALITY and _denies(word) and word.text.split()[0] in ("is", "was", "are", "were")
        for word in sentence[verb + 1 : verb + 6]
    )


def _denies(word: Word) -> bool:
    return bool(word.entry.tables & Table.MODALITY) and "denied" in word.entry.tags["modality"]


def _finite(sentence: Sequence[Word], verb: int) -> bool:
    """Whether the outcome word at ``verb`` is the verb of a clause: "were killed", "had killed", "kills"."""
    word = sentence[verb]
    if any(one.kind & (Kind.BE | Kind.HAVE | Kind.MODAL) for one in sentence[max(0, verb - 3) : verb]):
        return True
    return bool(word.kind & (Kind.AFTER | Kind.BEFORE) and not word.kind & Kind.NOUN and not word.text.endswith("ing"))


def _reported(chain: Sequence[Word], verb: Word) -> bool:
    """ "may have been killed", "may be dead": not sure yet, and no plan."""
    if "possible" not in chain[0].entry.named("modality"):
        return False
    return any(word.kind & Kind.HAVE for word in chain[1:]) or (bool(verb.kind & Kind.BEFORE) and len(chain) > 1)


def _means(before: Sequence[Word]) -> bool:
    """ "use machetes to kill": done with them, where nothing says that it was planned."""
    return (
        bool(before and before[-1].kind & Kind.TO)
        and "means" in tagged(before, "modality")
        and "planned" not in tagged(before, "modality")
        and not any(word.kind & Kind.MODAL for word in before)
    )
