"""Which story an item joins and what it adds: pure decisions, the store gives the candidates."""

from monitor.story.join import hint, join
from monitor.story.nearest import WINDOW, Nearest, nearest
from monitor.story.news import differences
from monitor.story.origins import Origins
from monitor.story.prepared import Prepared
from monitor.story.sketch import is_word, sketch
from monitor.story.state import state
from monitor.story.vocabulary import Vocabulary, due, learn

__all__ = [
    "WINDOW", "Nearest", "Origins", "Prepared", "Vocabulary", "differences", "due", "hint", "is_word", "join", "learn",
    "nearest", "sketch", "state",
]  # fmt: skip
