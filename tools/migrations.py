"""Walk the migrations both ways on both databases, side by side: up, nothing left to write, down to nothing, up again.

    python -m tools.migrations [--here]

With --here on the one database that the environment names.
"""

import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import flask_migrate

from tools import pg

ROOT = Path(__file__).resolve().parent.parent
STEPS = (
    ("upgrade", flask_migrate.upgrade),
    ("check", flask_migrate.check),
    ("downgrade base", partial(flask_migrate.downgrade, revision="base")),
    ("upgrade", flask_migrate.upgrade),
    ("check", flask_migrate.check),
)


def walk(name: str, address: str, instance: str) -> bool:
    """In a process of its own, which opens the house once for all steps."""
    environment = {**os.environ, "APP_ENV": "test", "DATABASE_URL": address, "INSTANCE_DIR": instance}
    command = [sys.executable, "-m", "tools.migrations", "--here"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stdout + done.stderr, file=sys.stderr)
        print(f"迁移在 {name} 上没有走通，停在上面最后一个 flask db。", file=sys.stderr)
        return False
    print(f"迁移在 {name} 上来回走通。", flush=True)
    return True


def walk_here() -> None:
    """Raises SystemExit at the step that fails."""
    from wsgi import app  # noqa: PLC0415 - opens the house by the environment

    with app.app_context():
        for words, step in STEPS:
            print(f"flask db {words}", flush=True)
            step()


def walk_on_a_scratch(server: str, folder: str) -> bool:
    with pg.scratch(server) as address, tempfile.TemporaryDirectory(dir=folder) as instance:
        return walk("PostgreSQL", address, instance)


def main(arguments: list[str]) -> int:
    if "--here" in arguments:
        walk_here()
        return 0
    server = os.environ.get("TEST_DATABASE_URL")
    if server is None and os.environ.get("REQUIRE_ALL"):
        print("要求全部检查，但没有设置 TEST_DATABASE_URL。", file=sys.stderr)
        return 1
    if server and (trouble := pg.why_no_answer(server)):
        print(f"TEST_DATABASE_URL 指的 PostgreSQL 没有应答：{trouble}。", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as side_by_side:
        walks = [side_by_side.submit(walk, "SQLite", f"sqlite:///{folder}/migrations.sqlite", folder)]
        if server is None:
            print("没有设置 TEST_DATABASE_URL，PostgreSQL 上的迁移没有走。")
        else:
            walks.append(side_by_side.submit(walk_on_a_scratch, server, folder))
        return 0 if all(one.result() for one in walks) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
