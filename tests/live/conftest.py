"""The PostgreSQL that the live tests share."""

from tests.servers_postgres import postgres_server

__all__ = ["postgres_server"]
