"""The store: values in, values out. SQLModel, SQLAlchemy and Alembic are used here and nowhere else.

Each method of ``Store`` is one transaction and stands in the module of its topic:

    feeds · known · items · polls · arrivals · sketches · stories · channels · digests · deliveries · notices · mutes ·
    operations · forgetting · history · examination

Beneath them: ``tables`` (the rows), ``convert`` (rows to values and back), ``bulk`` (many rows at once), ``database``
(connections and errors), ``migrate`` and ``migrations/`` (schema versions), ``lease``, ``copy``, and ``settle``
(what becomes of what is owed when a digest's last delivery ends).
"""

from monitor.store.lease import Lease
from monitor.store.sketches import LATEST
from monitor.store.store import Store

__all__ = ["LATEST", "Lease", "Store"]
