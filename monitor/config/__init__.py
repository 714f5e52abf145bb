"""What people configure: feeds, rules, channels and digests, strict and frozen.

    folder ─► reading ─► files ─► convert ─► Config
               YAML      shape    values

A bad edit changes nothing: either all files are right, or ``load`` refuses them all and names every
problem with its file, line and column. What a stage alone can judge (what a query means, whether
Apprise knows a URL) its stage checks; ``app`` gathers that.
"""

from monitor.config.folder import listing, references, stamp, stand_ins
from monitor.config.loaded import Config
from monitor.config.loading import load, read
from monitor.config.schema import schemas

__all__ = ["Config", "listing", "load", "read", "references", "schemas", "stamp", "stand_ins"]
