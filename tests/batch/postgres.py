"""A PostgreSQL server of Debian's package for the tests, on a socket in a folder of its own."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path

USER = "postgres"


def programs() -> Path | None:
    """The folder of the newest server's programs, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    return found[-1].parent if found else None


def problem() -> str:
    """Why there can be no server here, or an empty string."""
    if find_spec("psycopg") is None:
        return "psycopg is not installed (the [postgres] extra)"
    if programs() is None:
        return "no PostgreSQL server is installed (Debian: apt-get install postgresql)"
    if os.getuid() == 0 and shutil.which("setpriv") is None:
        return "a server does not run as root, and there is no setpriv to become somebody else"
    return ""


class Server:
    """A running server. ``new_url`` makes an empty database."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._numbers = folder, count()
        self._as = []
        if os.getuid() == 0:
            user = pwd.getpwnam(USER)
            os.chown(folder, user.pw_uid, user.pw_gid)
            self._as = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
        self._run("initdb", "-D", folder / "data", "-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync")
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = f"-k {self._folder} -c listen_addresses=''"
        self._run("pg_ctl", "-D", self._folder / "data", "-w", "-l", self._folder / "log", "-o", options, "start")

    def stop(self) -> None:
        """End it at once, with all connections."""
        self._run("pg_ctl", "-D", self._folder / "data", "-w", "-m", "immediate", "stop")

    def new_url(self) -> str:
        """The URL of a new database; its user has a password that nobody may show."""
        name = f"case{next(self._numbers)}"
        self._run("createdb", "-h", self._folder, "-U", USER, name)
        return f"postgresql+psycopg://{USER}:hunter2@/{name}?host={self._folder}"

    def _run(self, program: str, *arguments: object) -> None:
        where = programs()
        assert where is not None
        command = [*self._as, str(where / program), *map(str, arguments)]
        # What is started goes on running: it must not hold a pipe that somebody reads to its end.
        with (self._folder.parent / f"{self._folder.name}.out").open("wb") as said:
            subprocess.run(command, check=True, stdout=said, stderr=said, stdin=subprocess.DEVNULL, cwd="/")


@contextmanager
def server() -> Iterator[Server]:
    """A server that is gone, with all it stored, afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    try:
        running = Server(folder)
        try:
            yield running
        finally:
            running.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        folder.with_name(f"{folder.name}.out").unlink(missing_ok=True)
