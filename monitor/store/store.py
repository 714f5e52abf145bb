"""The one class of the store: it opens, closes, leases; its topics do the rest."""

from __future__ import annotations

from contextlib import AbstractContextManager
from types import TracebackType
from typing import Self

from monitor.store import database, migrate
from monitor.store.arrivals import ArrivalStore
from monitor.store.channels import ChannelStore
from monitor.store.copy import copy
from monitor.store.deliveries import DeliveryStore
from monitor.store.digests import DigestStore
from monitor.store.examination import ExaminationStore
from monitor.store.feeds import FeedStore
from monitor.store.forgetting import ForgettingStore
from monitor.store.history import HistoryStore
from monitor.store.items import ItemStore
from monitor.store.known import KnownStore
from monitor.store.lease import Lease, lease
from monitor.store.mutes import MuteStore
from monitor.store.notices import NoticeStore
from monitor.store.operations import OperationStore
from monitor.store.polls import PollStore
from monitor.store.sketches import SketchStore
from monitor.store.stories import StoryStore


class Store(
    FeedStore,
    KnownStore,
    ItemStore,
    PollStore,
    ChannelStore,
    DigestStore,
    DeliveryStore,
    NoticeStore,
    MuteStore,
    ArrivalStore,
    ExaminationStore,
    OperationStore,
    ForgettingStore,
    SketchStore,
    StoryStore,
    HistoryStore,
):
    """Everything ``monitor`` remembers. Safe to use from several threads; writers take turns.

    Each method is one transaction: when it returns, what it did survives a kill and a power cut; when
    it raises, it did nothing. Any of them may raise ``StoreError`` (disk full, read-only, damaged,
    server gone: the next call connects anew). Values come in and go out, rows never.
    """

    def __init__(self, db: database.Database) -> None:
        """Use ``open``."""
        self._db = db

    @classmethod
    def open(cls, url: str, *, scratch: bool = False) -> Store:
        """Opens the store at ``sqlite:///path`` or ``postgresql://…``.

        A ``scratch`` one is thrown away when it is done with: a SQLite file is not forced to the disk.

        A SQLite file and its folder are created where they are missing; an older schema is brought up
        to date. Raises ``StoreTooNew`` for a newer one, which stays as it is, and ``StoreError``; no
        message shows a password.
        """
        parsed = database.parse_url(url)
        if parsed.get_backend_name() == "sqlite":
            database.make_file(parsed)
        db = database.Database(parsed, scratch=scratch)
        try:
            with db.read() as connection:
                up_to_date = migrate.check(connection, db.place)
            if not up_to_date:
                migrate.migrate(parsed)
        except BaseException:
            db.close()
            raise
        return cls(db)

    @classmethod
    def copy(cls, source: str, target: str) -> None:
        """Makes the SQLite store ``target`` a copy of ``source`` as it stands; where there is no source, nothing.

        Raises ``StoreError``.
        """
        copy(database.parse_url(source), database.parse_url(target))

    def close(self) -> None:
        """Closes every connection."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def lease(self) -> AbstractContextManager[Lease]:
        """Holds, while the context lasts, the right to poll, compose, deliver and prune on this store.

        Raises ``LeaseHeld`` naming the process and host that have it. Released at the end of the
        context or of the process, however that ends.
        """
        return lease(self._db.url)
