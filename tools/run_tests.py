"""Run the tests on SQLite, on PostgreSQL where TEST_DATABASE_URL names one, journeys where Chromium is found.

    python -m tools.run_tests [--deep | --journeys | --all] [--coverage] [what pytest takes]

With REQUIRE_ALL=1 (CI) a missing Chromium or PostgreSQL is an error and not a shorter run.
"""

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tools import pg

ROOT = Path(__file__).resolve().parent.parent
PYTEST = [sys.executable, "-m", "pytest", "-q"]
RULES = "server/*/rules.py,server/*/rules/*"
#: The shell first: it draws the same pages with a fifth less work.
BROWSERS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
MAC_BROWSERS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
# Hypothesis marks the tests it drives; the deep run repeats them with many more examples. All in one go is what the everyday
# and the deep run have together, without looking for the tests twice and without a repetition.
PARTS = {"": "not deep", "--deep": "deep or hypothesis or journey", "--journeys": "journey", "--all": ""}
# Stories, long walks and the doors go through rooms whose own tests know both databases: there they wait for the deep run.
ON_THE_SECOND = {
    **PARTS,
    "": "not deep and not walk and not journey",
    "--deep": "deep or hypothesis or journey or walk",
}
THOROUGH = ("--deep", "--all")


def find_chromium() -> str | None:
    named = os.environ.get("CHROMIUM")
    if named:
        return named if os.access(named, os.X_OK) else None
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    return found or next((path for path in MAC_BROWSERS if os.access(path, os.X_OK)), None)


def how_to_run_journeys() -> str:
    if shutil.which("apt-get"):
        return "sudo apt-get install -y chromium fonts-noto-cjk && make test-journeys"
    if shutil.which("brew"):
        return "brew install --cask chromium && make test-journeys"
    return "CHROMIUM=/Chromium/的路径 make test-journeys"


def count_journeys() -> int:
    listed = subprocess.run(
        [*PYTEST, "--collect-only", "-m", "journey"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return sum("::" in line for line in listed.stdout.splitlines())


def databases() -> list[str]:
    return ["sqlite", "postgresql"] if os.environ.get("TEST_DATABASE_URL") else ["sqlite"]


def what_is_missing(chromium: str | None) -> str | None:
    """Why these tests cannot be run as asked, in one sentence; None where they can."""
    address = os.environ.get("TEST_DATABASE_URL")
    if address and (trouble := pg.why_no_answer(address)):
        return f"TEST_DATABASE_URL 指的 PostgreSQL 没有应答：{trouble}。请启动它，或去掉这个设置只测 SQLite。"
    named = os.environ.get("CHROMIUM")
    if named and chromium is None:
        return f"CHROMIUM={named} 不是能运行的程序。请改正路径，或去掉这个设置。"
    if os.environ.get("REQUIRE_ALL") and not (address and chromium):
        return "要求全部测试都跑，但缺少 Chromium 或 TEST_DATABASE_URL。请先装好 Chromium、启动 PostgreSQL。"
    return None


def run_on(
    database: str,
    chromium: str | None,
    arguments: list[str],
    *,
    is_second: bool,
    is_beside: bool,
    is_everyday: bool,
) -> int:
    environment = {**os.environ, "DATABASE_UNDER_TEST": database}
    if is_second:
        environment["ONLY_WITH_DATABASE"] = "1"
    if is_everyday:
        environment["LEAVE_RULES"] = "1"
    if chromium:
        environment["CHROMIUM"] = chromium
    # Each worker, and each program a test starts, would compile the whole house anew.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    workers = os.environ.get("TEST_WORKERS", str(workers_of(is_beside=is_beside)))
    command = [*PYTEST, "-n", workers, "--dist", "worksteal", *arguments]
    headline = f"—— 测试：{database} ——"
    if not is_beside:
        print(headline, flush=True)
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    # Two that spoke at once could not be read: this one is heard when it has ended.
    done = subprocess.run(
        command, cwd=ROOT, env=environment, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    print(headline, done.stdout.decode(errors="replace"), sep="\n", flush=True)
    return done.returncode


def workers_of(*, is_beside: bool) -> int:
    """How many test processes: a core each, and half of that for the smaller run beside another.

    Each worker has to find all the tests to begin with. That there are more than cores is meant: a worker waits for its
    database.
    """
    cores = min(os.cpu_count() or 1, 8)
    return max(cores // 2, 1) if is_beside else cores


def check_rules_are_covered() -> int:
    print("—— 规则的测试覆盖（要求 100%）——", flush=True)
    report = ["report", f"--include={RULES}", "--fail-under=100", "--skip-covered", "--show-missing"]
    return subprocess.run([sys.executable, "-m", "coverage", *report], cwd=ROOT, check=False).returncode


def main(arguments: list[str]) -> int:
    part = next((argument for argument in arguments if argument in PARTS), "")
    coverage = "--coverage" in arguments
    passed_on = [argument for argument in arguments if argument not in (*PARTS, "--coverage")]
    chromium = find_chromium()
    if sentence := what_is_missing(chromium):
        print(sentence, file=sys.stderr)
        return 1
    if part in THOROUGH:
        os.environ.setdefault("HYPOTHESIS_PROFILE", "deep")

    # The everyday runs go side by side, so that no core waits for the last test of one. Thorough ones keep every core
    # busy by themselves, and are of a size; named ones are watched as they run.
    is_side_by_side = len(databases()) > 1 and not part and not passed_on

    def run(database: str) -> int:
        # What knows no database runs once, unless it was asked for by name.
        is_second = database != "sqlite" and not passed_on
        asked = (ON_THE_SECOND if is_second else PARTS)[part]
        marks = asked if chromium else " and ".join([f"({asked})"] * bool(asked) + ["not journey"])
        own = ["--cov", "--cov-report="] if coverage and database == "sqlite" else []
        arguments = ["-m", marks, *own, *passed_on]
        is_beside = is_second and is_side_by_side
        is_everyday = not part and not passed_on
        return run_on(
            database,
            chromium,
            arguments,
            is_second=is_second,
            is_beside=is_beside,
            is_everyday=is_everyday,
        )

    with ThreadPoolExecutor(2 if is_side_by_side else 1) as side_by_side:
        codes = dict(zip(databases(), side_by_side.map(run, databases()), strict=True))
    failed = [database for database, code in codes.items() if code]
    if coverage and not failed and check_rules_are_covered():
        failed.append("规则的测试覆盖")
    if failed:
        print(f"没有通过：{'、'.join(failed)}。")
    if chromium is None and (left := count_journeys()):
        print(f"没有找到 Chromium，{left} 个浏览器故事没有运行。要运行它们：{how_to_run_journeys()}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
