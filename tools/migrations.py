"""Walk the migrations both ways on both databases, side by side: up, nothing left to write, down to nothing, up again."""

import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tools import pg

ROOT = Path(__file__).resolve().parent.parent
STEPS = (("upgrade",), ("check",), ("downgrade", "base"), ("upgrade",), ("check",))


def walk(name: str, address: str, instance: str) -> bool:
    environment = {**os.environ, "APP_ENV": "test", "DATABASE_URL": address, "INSTANCE_DIR": instance}
    for step in STEPS:
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "db", *step]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            print(done.stdout + done.stderr, file=sys.stderr)
            print(f"迁移在 {name} 上没有走通：flask db {' '.join(step)}。原因见上面几行。", file=sys.stderr)
            return False
    print(f"迁移在 {name} 上来回走通。", flush=True)
    return True


def walk_on_a_scratch(server: str, folder: str) -> bool:
    with pg.scratch(server) as address, tempfile.TemporaryDirectory(dir=folder) as instance:
        return walk("PostgreSQL", address, instance)


def main() -> int:
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
    sys.exit(main())
