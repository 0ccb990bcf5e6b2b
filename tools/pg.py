"""Scratch databases on the PostgreSQL server that an address names: made, lent, dropped.

python -m tools.pg make|drop ADDRESS
"""

import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql


def at_database(address: str, name: str) -> str:
    """The same server's address, another database."""
    parts = urlsplit(address)
    return urlunsplit(("postgresql", parts.netloc, f"/{name}", parts.query, ""))


def why_no_answer(address: str) -> str | None:
    """None where the server answers, otherwise its own first line of what is wrong."""
    try:
        psycopg.connect(at_database(address, "postgres"), connect_timeout=5).close()
    except psycopg.OperationalError as error:
        return str(error).strip().splitlines()[0]
    return None


def make(address: str) -> None:
    """Make the database that the address names, where it is not there yet."""
    name = urlsplit(address).path.lstrip("/")
    with psycopg.connect(at_database(address, "postgres"), autocommit=True) as server:
        known = server.execute("select 1 from pg_database where datname = %s", [name]).fetchone()
        if known is None:
            server.execute(sql.SQL("create database {}").format(sql.Identifier(name)))


def drop(address: str) -> None:
    name = urlsplit(address).path.lstrip("/")
    with psycopg.connect(at_database(address, "postgres"), autocommit=True) as server:
        server.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


@contextmanager
def scratch(address: str) -> Iterator[str]:
    """Lend the address of a new empty database on the same server."""
    lent = at_database(address, f"xiangyi_scratch_{secrets.token_hex(4)}")
    make(lent)
    try:
        yield lent
    finally:
        drop(lent)


def main(arguments: list[str]) -> int:
    if len(arguments) != 2 or arguments[0] not in ("make", "drop"):
        print("用法：python -m tools.pg make|drop 数据库地址", file=sys.stderr)
        return 2
    verb, address = arguments
    if trouble := why_no_answer(address):
        print(f"PostgreSQL 没有应答：{trouble}。请检查地址和服务是否已启动。", file=sys.stderr)
        return 1
    {"make": make, "drop": drop}[verb](address)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
