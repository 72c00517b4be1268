"""Databases for tests: SQLite in memory, SQLite in a file, and PostgreSQL, each fresh, each brought up by the migrations."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import cast

import pytest

from db.engine import Store, open_store
from db.schema import upgrade
from tests.servers_postgres import Postgres, postgres_server

__all__ = ["postgres_server"]

SLOW_POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.slow)


def _migrated(url: str) -> None:
    store = open_store(url)
    upgrade(store)
    store.close()


def _copied(template: Path, store: Store) -> None:
    """Fill a database in memory with what a file holds."""
    source = sqlite3.connect(template)
    with store.engine.connect() as connection:
        source.backup(cast(sqlite3.Connection, connection.connection.dbapi_connection))
    source.close()


@pytest.fixture(scope="session")
def file_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy: migrating once is enough."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    _migrated(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql_template(postgres_server: Postgres) -> str:
    """The name of a migrated PostgreSQL database to copy."""
    postgres_server.order("CREATE DATABASE migrated TEMPLATE template0")
    _migrated(postgres_server.url("migrated"))
    return "migrated"


@pytest.fixture
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database with nothing in it; parametrise it indirectly with "memory", "file" or "postgresql"."""
    match request.param:
        case "memory":
            yield "sqlite://"
        case "file":
            yield f"sqlite:///{tmp_path / 'mentor post 50%.db'}"
        case _:
            server: Postgres = request.getfixturevalue("postgres_server")
            with server.database() as url:
                yield url


@pytest.fixture
def shared_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a migrated database that several processes can open; parametrise it with "file" or "postgresql"."""
    with ExitStack() as stack:
        if request.param == "file":
            path = tmp_path / "mentorpost.db"
            shutil.copyfile(request.getfixturevalue("file_template"), path)
            yield f"sqlite:///{path}"
        else:
            server: Postgres = request.getfixturevalue("postgres_server")
            yield stack.enter_context(server.database(request.getfixturevalue("postgresql_template")))


@pytest.fixture(params=["memory", "file", SLOW_POSTGRESQL])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A migrated, empty database: each test that takes it runs on every kind."""
    with ExitStack() as stack:
        match request.param:
            case "memory":
                opened = open_store("sqlite://")
                _copied(request.getfixturevalue("file_template"), opened)
            case "file":
                path = tmp_path / "mentorpost.db"
                shutil.copyfile(request.getfixturevalue("file_template"), path)
                opened = open_store(f"sqlite:///{path}")
            case _:
                server: Postgres = request.getfixturevalue("postgres_server")
                opened = open_store(stack.enter_context(server.database(request.getfixturevalue("postgresql_template"))))
        stack.callback(opened.close)
        yield opened
