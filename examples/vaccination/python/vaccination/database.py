"""A database of any of the three engines, and its migrations, which the service in TypeScript has too."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, LifoQueue
from threading import BoundedSemaphore
from typing import Any
from urllib.parse import unquote, urlsplit

_migrations = Path(__file__).parents[2] / "src" / "database" / "migrations"
_connections_max = 10

Value = str | int | None
Row = dict[str, Any]


class DuplicateError(Exception):
    """Another row already has a value that must be unique."""


class Statements:
    """What repositories need. Values stand in the SQL as `?`, on every engine."""

    def __init__(self, connection: Any, engine: Engine) -> None:
        self._connection = connection
        self._engine = engine

    def select(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        cursor = self._execute(sql, values)
        try:
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row)) for row in cursor.fetchall()]
        finally:
            cursor.close()

    def change(self, sql: str, values: Sequence[Value] = ()) -> int:
        """How many rows it found to change.

        :raises DuplicateError:
        """
        cursor = self._execute(sql, values)
        try:
            return int(cursor.rowcount)
        finally:
            cursor.close()

    def _execute(self, sql: str, values: Sequence[Value]) -> Any:
        cursor = self._connection.cursor()
        try:
            cursor.execute(sql.replace("?", self._engine.placeholder), tuple(values))
            return cursor
        except Exception as error:
            cursor.close()
            if self._engine.is_duplicate(error):
                raise DuplicateError from error
            raise


class Engine:
    """What differs between the engines. Connections commit each statement by themselves, unless it says BEGIN."""

    placeholder = "%s"
    begin: Sequence[str] = ("BEGIN",)
    connections_max = _connections_max

    def __init__(self, connect: Callable[[], Any], serial_key: str, is_duplicate: Callable[[Exception], bool]) -> None:
        self.connect = connect
        self.serial_key = serial_key
        self.is_duplicate = is_duplicate


class Database:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._idle: LifoQueue[Any] = LifoQueue()
        self._places = BoundedSemaphore(engine.connections_max)

    @contextmanager
    def transaction(self) -> Iterator[Statements]:
        """All of the work in the block is done, or none of it."""
        with self._places:
            connection = self._take()
            statements = Statements(connection, self._engine)
            try:
                for statement in self._engine.begin:
                    statements.change(statement)
                yield statements
                statements.change("COMMIT")
            except BaseException:
                self._roll_back(connection)
                raise
            self._idle.put(connection)

    def migrate(self) -> None:
        """MariaDB commits each change of a table by itself, so each statement of a step can be repeated."""
        with self.transaction() as statements:
            statements.change("CREATE TABLE IF NOT EXISTS migrations (name VARCHAR(100) PRIMARY KEY)")
        with self.transaction() as statements:
            done = {row["name"] for row in statements.select("SELECT name FROM migrations")}
        for file in sorted(_migrations.glob("*.sql")):
            if file.name in done:
                continue
            sql = file.read_text(encoding="utf-8").replace("{{serial}}", self._engine.serial_key)
            with self.transaction() as statements:
                for statement in filter(str.strip, sql.split(";")):
                    statements.change(statement)
                statements.change("INSERT INTO migrations (name) VALUES (?)", [file.name])

    def close(self) -> None:
        while not self._idle.empty():
            self._idle.get_nowait().close()

    def _take(self) -> Any:
        try:
            return self._idle.get_nowait()
        except Empty:
            return self._engine.connect()

    def _roll_back(self, connection: Any) -> None:
        try:
            Statements(connection, self._engine).change("ROLLBACK")
            self._idle.put(connection)
        except Exception:
            # A connection that cannot be rolled back is thrown away.
            connection.close()


def open_database(url: str) -> Database:
    """:param url: `sqlite:FILE`, `postgres://…` or `mysql://…`"""
    scheme, _, rest = url.partition(":")
    if scheme == "sqlite":
        engine = _sqlite(rest)
    elif scheme in ("postgres", "postgresql"):
        engine = _postgres(url)
    elif scheme in ("mysql", "mariadb"):
        engine = _mariadb(url)
    else:
        raise SystemExit("DATABASE_URL begins with sqlite:, postgres: or mysql:.")
    database = Database(engine)
    database.migrate()
    return database


def _sqlite(file: str) -> Engine:
    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(file, timeout=5, isolation_level=None, check_same_thread=False)
        # Readers do not wait for a writer, and deleted data is overwritten.
        connection.executescript("PRAGMA journal_mode = WAL; PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON")
        return connection

    engine = Engine(
        connect, "INTEGER PRIMARY KEY AUTOINCREMENT", lambda error: str(error).startswith("UNIQUE constraint failed")
    )
    engine.placeholder = "?"
    engine.begin = ("BEGIN IMMEDIATE",)
    # One writes at a time in any case.
    engine.connections_max = 1
    return engine


def _postgres(url: str) -> Engine:
    import psycopg

    return Engine(
        lambda: psycopg.connect(url, autocommit=True),
        "INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
        lambda error: isinstance(error, psycopg.errors.UniqueViolation),
    )


def _mariadb(url: str) -> Engine:
    import pymysql
    from pymysql.constants import CLIENT, ER

    parts = urlsplit(url)

    def connect() -> Any:
        return pymysql.connect(
            host=parts.hostname or "127.0.0.1",
            port=parts.port or 3306,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            database=parts.path.lstrip("/"),
            autocommit=True,
            # Otherwise a row that is found and already has the new value does not count.
            client_flag=CLIENT.FOUND_ROWS,
        )

    engine = Engine(
        connect,
        "INTEGER AUTO_INCREMENT PRIMARY KEY",
        lambda error: isinstance(error, pymysql.err.IntegrityError) and error.args[0] == ER.DUP_ENTRY,
    )
    # The default isolation locks the gaps between rows, and refuses to change a row that is newer than its snapshot.
    engine.begin = ("SET TRANSACTION ISOLATION LEVEL READ COMMITTED", "BEGIN")
    return engine
