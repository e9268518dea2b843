"""A case in a PostgreSQL database: how it is opened, and how it is made sure that only one program writes to it.

The lock belongs to the connection that writes. A program that is killed or cut off loses both at once, and one whose
connection is lost can write again only after it has the lock again.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, create_engine, event, inspect, text

from sjedd_video.errors import OutputError

LOCK = 0x7365_6A64
"""Key of the advisory lock, which holds in one database: each case needs one of its own."""
WRITING = ("synchronous_commit = on", "tcp_keepalives_idle = 30", "tcp_keepalives_interval = 10",
           "tcp_keepalives_count = 3")  # fmt: skip
"""A stored result is on disk; a writer whose machine is gone is noticed within a minute."""


def open_server(url: str, readonly: bool) -> Engine:
    """The engine of a case; nothing is opened yet. What writes has one connection, and the lock with it."""
    engine = create_engine(url, pool_size=1, max_overflow=0)
    event.listen(engine, "connect", _restrict if readonly else _claim)
    return engine


def require_case(engine: Engine, name: str) -> None:
    """Make sure that there is a case to be read.

    Raises:
        OutputError: There is none.
    """
    if not inspect(engine).has_table("runs"):
        raise OutputError(f"The database {name} holds no case.", "Name the --case-db of a scan.")


def is_claimed(engine: Engine) -> bool:
    """Whether somebody writes to the case."""
    query = (
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = :key AND database = "
        "(SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    with engine.connect() as connection:
        return bool(connection.execute(text(query), {"key": LOCK}).scalar())


def _restrict(connection: Any, _: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
    connection.commit()


def _claim(connection: Any, _: object) -> None:
    with connection.cursor() as cursor:
        for setting in WRITING:
            cursor.execute(f"SET {setting}")
        claimed = cursor.execute("SELECT pg_try_advisory_lock(%s)", (LOCK,)).fetchone()[0]
    connection.commit()
    if not claimed:
        connection.close()
        raise OutputError("Another run is writing to the case database.", "Wait for it, or stop it.")
