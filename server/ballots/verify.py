"""Holds a vote's log against what was published of it before: for an auditor, beside the recount.

    python3 -m server.ballots.verify bundle.json checkpoint.txt [PUBLIC-KEY]
    python3 -m server.ballots.verify --diff older.json newer.json

A bundle or a chain ("ballot-chain/1", what may be seen of an open vote) is held against a checkpoint, or an older one
against a newer one. The standard library only, and the recount; where the `cryptography` package is installed the
signature is checked too, otherwise the answer says that it was not.

exit 0  they fit;  exit 3  they do not, and why;  exit 2  a file cannot be read, and why
"""

import base64
import importlib.util
import re
import sys
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace as Record
from typing import Any

from server.ballots.recount import BUNDLE, Fault, Log, parse, sha256

FITS, DIFFERS, UNREADABLE = 0, 3, 2
CHECKPOINT = re.compile(
    r"(?P<signed>xiangyi-checkpoint/1\n"
    r"ballot (?P<ballot>[!-~]{1,40})\n"
    r"events (?P<events>0|[1-9][0-9]{0,14})\n"
    r"head (?P<head>[0-9a-f]{64})\n"
    r"at (?P<at>[!-~]{1,40})\n"
    r"key (?P<key>[A-Za-z0-9+/]{43}=)\n)"
    r"sig (?P<signature>[A-Za-z0-9+/]{86}==)\n"
)
LINES = 7
FIRST_WORD = re.compile(r"xiangyi-checkpoint/|(ballot|events|head|at|key|sig) ")
CHAIN = re.compile(r"[0-9a-f]{64}")


def read_checkpoints(path: str) -> list[Record]:
    """The six signed lines and the signature, as they were shown, once or several times one after another.

    Forgiven is what copying from paper brings: spaces at the ends of lines, empty lines, a long line that went on in a
    second one, and the mark that Windows puts before a text.
    """
    lines: list[str] = []
    for line in (one.strip() for one in Path(path).read_text("utf-8-sig").splitlines()):
        if not lines or FIRST_WORD.match(line):
            lines.append(line)
        else:
            lines[-1] += line
    points = ["".join(f"{line}\n" for line in lines[at : at + LINES]) for at in range(0, len(lines), LINES)]
    return [_checkpoint(text) for text in points or [""]]


def _checkpoint(text: str) -> Record:
    found = CHECKPOINT.fullmatch(text)
    if found is None:
        raise Fault("核对点不完整。从 xiangyi-checkpoint/1 到 sig 一共七行，原样抄下来")
    datetime.fromisoformat(found["at"])
    return Record(**{**found.groupdict(), "events": int(found["events"])})


def read_log(path: str) -> Record:
    """The ballot's name, the fingerprint of what was frozen, and the hash of every event; a bundle is checked whole."""
    document = parse(Path(path).read_bytes())
    if isinstance(document, dict) and document.get("format") == "ballot-chain/1":
        return _read_chain(document)
    bundle = BUNDLE(document)
    log = Log(bundle)
    for seq, event in enumerate(bundle.log, 1):
        try:
            log.append(seq, event)
        except Fault as fault:
            raise Fault(f"选票包的记录在第 {seq} 条断了（{fault}）") from None
    fingerprint = sha256({"ballot": bundle.raw["ballot"], "roll": bundle.raw["roll"]})
    return Record(ballot=bundle.ballot.id, fingerprint=fingerprint, hashes=[e["hash"] for e in bundle.log])


def _read_chain(document: dict[str, Any]) -> Record:
    log = document.get("log")
    hashes = [event.get("hash") for event in log if isinstance(event, dict)] if isinstance(log, list) else []
    fingerprint, ballot = document.get("fingerprint"), document.get("ballot")
    is_whole = isinstance(log, list) and len(hashes) == len(log) and isinstance(ballot, str)
    if not is_whole or not all(
        isinstance(one, str) and CHAIN.fullmatch(one) for one in [fingerprint, *hashes]
    ):
        raise Fault("记录链不完整")
    return Record(ballot=ballot, fingerprint=fingerprint, hashes=hashes)


def disagreement(log: Record, point: Record) -> str:
    """Why the log cannot be the one of which the checkpoint was taken; empty where it can."""
    if log.ballot != point.ballot:
        return f"核对点是投票 {point.ballot} 的，文件是投票 {log.ballot} 的。"
    if point.events > len(log.hashes):
        return f"核对点的时候已经有 {point.events} 条记录，文件里只有 {len(log.hashes)} 条：少了。"
    if [log.fingerprint, *log.hashes][point.events] != point.head:
        return f"第 {point.events} 条记录的指纹和核对点对不上：在它或它以前，有东西被改过。"
    return ""


def first_difference(older: Record, newer: Record) -> str:
    """Why the older log is not the beginning of the newer one; empty where it is."""
    if older.ballot != newer.ballot:
        return f"两份不是同一次投票：{older.ballot} 和 {newer.ballot}。"
    if older.fingerprint != newer.fingerprint:
        return "投票的内容或名册改过：开头的指纹不一样。"
    for seq, (one, other) in enumerate(zip(older.hashes, newer.hashes, strict=False), 1):
        if one != other:
            return f"从第 {seq} 条记录起不一样：旧的记录被改过。"
    if len(older.hashes) > len(newer.hashes):
        return f"旧的有 {len(older.hashes)} 条记录，新的只有 {len(newer.hashes)} 条：少了。"
    return ""


def signature_says(point: Record, key: str) -> tuple[bool, str]:
    """Whether to go on, and what to tell of the signature."""
    if key and key != point.key:
        return False, "核对点不是用这把公钥签的。"
    if importlib.util.find_spec("cryptography") is None:
        return True, "签名没有核对：这台电脑没有 cryptography，可以用 openssl，办法见“怎么核对”一页。"
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - only where it is installed
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415

    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(point.key))
    try:
        public.verify(base64.b64decode(point.signature), point.signed.encode())
    except InvalidSignature:
        return False, "签名是假的：核对点不是平台签的，或者抄错了。"
    return True, f"签名是真的，公钥 {point.key}。{'' if key else '请和公布的公钥对一对。'}"


def against_checkpoint(path: str, checkpoint: str, key: str = "") -> tuple[int, str]:
    points, log = read_checkpoints(checkpoint), read_log(path)
    told: dict[str, None] = {}
    for point in points:
        is_signed, said = signature_says(point, key)
        why = disagreement(log, point)
        if not is_signed or why:
            return DIFFERS, (f"{point.at} 的核对点：" if len(points) > 1 else "") + (why or said)
        told[said] = None
    which = (
        f"{points[0].at} 的 {points[0].events} 条记录"
        if len(points) == 1
        else f"{len(points)} 个核对点的记录"
    )
    return FITS, f"对得上：{which}都在，一条没改。{''.join(told)}"


def against_older(older: str, newer: str) -> tuple[int, str]:
    first, second = read_log(older), read_log(newer)
    why = first_difference(first, second)
    if why:
        return DIFFERS, why
    return (
        FITS,
        f"对得上：旧的 {len(first.hashes)} 条记录都在新的里，一条没改；新的共 {len(second.hashes)} 条。",
    )


def verify(arguments: list[str]) -> tuple[int, str]:
    """The exit code, and one line that says why."""
    try:
        match arguments:
            case ["--diff", older, newer]:
                return against_older(older, newer)
            case [path, checkpoint] | [path, checkpoint, _] if path != "--diff":
                return against_checkpoint(path, checkpoint, *arguments[2:])
    except (Fault, OSError, ValueError, MemoryError) as fault:
        return UNREADABLE, f"读不了：{fault}。"
    return UNREADABLE, "用法：python3 -m server.ballots.verify 选票包 核对点 [公钥]，或 --diff 旧的 新的"


if __name__ == "__main__":
    code, line = verify(sys.argv[1:])
    (sys.stdout if code == FITS else sys.stderr).write(f"{line}\n")
    sys.exit(code)
