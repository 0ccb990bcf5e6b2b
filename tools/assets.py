"""Collect what browsers are served: joins, names by content, compresses. From node_modules and
server/infra/web/static into build/static, with a manifest.json that maps "css/phone.css" to its hashed name.

    python tools/assets.py
"""

import gzip
import hashlib
import json
import re
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
OWN = ROOT / "server" / "infra" / "web" / "static"
MODULES = ROOT / "node_modules"
BUILT = ROOT / "build" / "static"

WEUI = MODULES / "weui" / "dist" / "style" / "weui.min.css"
HTMX = MODULES / "htmx.org" / "dist" / "htmx.min.js"
JSSDK = MODULES / "weixin-js-sdk" / "index.js"
SHARED = [
    OWN / "css" / name
    for name in ("tokens.css", "base.css", "forms.css", "bars.css", "papers.css", "pieces.css")
]

# One style sheet a face, so that a first visit costs one request; the order is the cascade. Paper knows no cards: on any
# screen a sheet to be printed looks as it will.
BUNDLES: dict[str, list[Path]] = {
    "css/phone.css": [
        WEUI,
        *SHARED,
        OWN / "css" / "cards.css",
        OWN / "css" / "questions.css",
        OWN / "css" / "faces.css",
        OWN / "css" / "package.css",
        OWN / "css" / "phone.css",
    ],
    "css/office.css": [
        *SHARED,
        OWN / "css" / "questions.css",
        OWN / "css" / "faces.css",
        OWN / "css" / "package.css",
        OWN / "css" / "office.css",
        OWN / "css" / "charts.css",
        OWN / "css" / "cards.css",
    ],
    "css/print.css": [*SHARED, OWN / "css" / "print.css"],
    "js/htmx.js": [HTMX],
    "js/wechat.js": [OWN / "js" / "wechat" / "module.js", JSSDK, OWN / "js" / "wechat" / "page.js"],
}
COPIED = ("js", "img")
COMPRESSED = {".css", ".js", ".svg"}


def collect() -> dict[str, str]:
    """Write build/static anew and return the manifest; the same sources give the same bytes."""
    wanted: dict[str, bytes] = {
        name: b"\n".join(_read(part) for part in parts) for name, parts in BUNDLES.items()
    }
    for folder in COPIED:
        for path in sorted((OWN / folder).glob("*.*")):
            wanted[f"{folder}/{path.name}"] = _read(path)
    BUILT.parent.mkdir(exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix="static.", dir=BUILT.parent))
    manifest = {name: _write(fresh, name, body) for name, body in sorted(wanted.items())}
    (fresh / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")
    if _holds(BUILT, manifest):
        # Nothing changed: a server that is running keeps the folder it reads.
        shutil.rmtree(fresh)
    else:
        fresh.chmod(0o755)
        shutil.rmtree(BUILT, ignore_errors=True)
        fresh.rename(BUILT)
    return manifest


def _holds(folder: Path, manifest: dict[str, str]) -> bool:
    kept = folder / "manifest.json"
    if not kept.is_file() or json.loads(kept.read_text("utf-8")) != manifest:
        return False
    return all((folder / hashed).is_file() for hashed in manifest.values())


def _read(path: Path) -> bytes:
    if not path.is_file():
        raise SystemExit(
            f"assets: {path.relative_to(ROOT)} is missing. Run `npm ci --ignore-scripts` first (`make setup` does both)."
        )
    body = path.read_bytes()
    if path.suffix == ".css" and path.is_relative_to(OWN):
        body = re.sub(rb"/\*.*?\*/\n*", b"", body, flags=re.DOTALL)  # our comments are for us; licences stay
    return body


def _write(folder: Path, name: str, body: bytes) -> str:
    stem, dot, suffix = name.rpartition(".")
    hashed = f"{stem}.{hashlib.sha256(body).hexdigest()[:12]}{dot}{suffix}"
    target = folder / hashed
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(body)
    if target.suffix in COMPRESSED:
        target.with_name(target.name + ".gz").write_bytes(gzip.compress(body, 9, mtime=0))
    return hashed


if __name__ == "__main__":
    for asset, hashed_name in collect().items():
        built = BUILT / hashed_name
        packed = built.with_name(built.name + ".gz")
        size = (packed if packed.exists() else built).stat().st_size
        sys.stdout.write(f"{asset:<18} {size / 1024:6.1f} KB on the wire\n")
