"""A claim in English, built from its values and the lexicon's glosses: what a reader of another language gets."""

from __future__ import annotations

from monitor.facts.lexicon import Lexicon
from monitor.model import Casualty, Modality, Party

_PARTIES = {
    Party.ISIS: "ISIS members", Party.MILITANT: "militants", Party.US: "US forces", Party.COALITION: "coalition forces",
    Party.IRAQI: "Iraqi forces", Party.KURDISH: "Kurdish forces", Party.SYRIAN: "Syrian government forces",
    Party.STATE: "state forces", Party.CIVILIAN: "civilians", Party.PEOPLE: "people", Party.UN: "UN personnel",
}  # fmt: skip


def figures(low: int | None, high: int | None, floor: int) -> str:
    """ "at least 7", "up to 30", "5 to 9", "no", "dozens of": the figures in words."""
    if low == high == 0:
        return "no"
    if low is not None and high is not None:
        return f"{low:,}" if low == high else f"{low:,} to {high:,}"
    if low is not None:
        return f"at least {low:,}"
    if high is not None:
        return f"up to {high:,}"
    for least, word in ((2000, "thousands of"), (200, "hundreds of"), (20, "dozens of"), (3, "several")):
        if floor >= least:
            return word
    return "some"


def gloss(claim: Casualty, nouns: tuple[str, ...], lexicon: Lexicon) -> str:
    """``claim`` in English; ``nouns`` are the words it calls the people, in its own language."""
    who = next((lexicon.gloss[noun] for noun in nouns if noun in lexicon.gloss), _PARTIES[claim.party])
    said = f"{figures(claim.low, claim.high, claim.floor)} {who} {claim.outcome.value}"
    return said if claim.modality is Modality.HAPPENED else f"{said} ({claim.modality.value})"
