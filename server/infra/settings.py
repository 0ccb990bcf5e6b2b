"""Settings from the environment, checked at start: each that is missing or wrong is told in a sentence."""

import base64
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from server.infra.wechat_settings import WeChatSettings, load_wechat, wechat_problems

ENVIRONMENTS = ("development", "example", "test", "production")

#: Known to everyone who reads this file: good for trying out, refused in production.
EXAMPLE_SECRET = "example-secret-for-trying-out-only"  # noqa: S105 - public on purpose, production refuses it
EXAMPLE_DATA_KEY = "example:" + base64.b64encode(b"xiangyi-example-data-key-32bytes").decode()
EXAMPLE_LOOKUP_KEY = base64.b64encode(b"xiangyi-example-look-key-32bytes").decode()
#: 32 bytes from which the pair of keys is made that signs checkpoints of votes.
EXAMPLE_SIGNING_KEY = base64.b64encode(b"xiangyi-example-sign-key-32bytes").decode()
#: The name of every account that the example makes begins so.
EXAMPLE_ACCOUNTS = "example-"


class WrongSettings(SystemExit):
    """The house does not start. Carries one sentence a line, each with its remedy."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("\n".join(["配置有问题，没有启动：", *(f"  - {line}" for line in sentences)]))
        self.sentences = sentences


@dataclass(frozen=True)
class Settings:
    env: str
    secret_key: str
    database_url: str
    public_url: str
    #: Where photos, the queue and (with SQLite) the database are kept.
    instance: Path
    #: "id:base64 of 32 bytes", comma separated; the first one encrypts, all of them decrypt.
    data_keys: str
    lookup_key: str
    signing_key: str
    queue_url: str
    #: How many proxies of ours stand in front and name the caller; 0 takes the connection's own address.
    proxies: int
    wechat: WeChatSettings

    @property
    def is_example(self) -> bool:
        return self.env == "example"

    @property
    def is_production(self) -> bool:
        return self.env == "production"

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and check the environment. Raises `WrongSettings`, which stops a command with its sentences."""
    env = os.environ if environ is None else environ
    instance = Path(env.get("INSTANCE_DIR") or Path(__file__).resolve().parents[2] / "instance").resolve()
    port = env.get("PORT", "8000")
    settings = Settings(
        env=env.get("APP_ENV", "development"),
        secret_key=env.get("SECRET_KEY", "") or EXAMPLE_SECRET,
        database_url=_database_url(env.get("DATABASE_URL", ""), instance),
        public_url=(env.get("PUBLIC_URL", "") or f"http://127.0.0.1:{port}").rstrip("/"),
        instance=instance,
        data_keys=env.get("DATA_KEYS", "") or EXAMPLE_DATA_KEY,
        lookup_key=env.get("LOOKUP_KEY", "") or EXAMPLE_LOOKUP_KEY,
        signing_key=env.get("SIGNING_KEY", "") or EXAMPLE_SIGNING_KEY,
        queue_url=env.get("QUEUE_URL", ""),
        proxies=_count(env.get("TRUSTED_PROXIES", "0")),
        wechat=load_wechat(env),
    )
    sentences = _problems(settings)
    if sentences:
        raise WrongSettings(sentences)
    return settings


def _database_url(url: str, instance: Path) -> str:
    if not url:
        return f"sqlite:///{instance / 'xiangyi.sqlite'}"
    if url.startswith("postgres://"):
        return "postgresql" + url.removeprefix("postgres")
    return url


def _problems(s: Settings) -> list[str]:
    found: list[str] = []
    if s.env not in ENVIRONMENTS:
        found.append(f"APP_ENV 是“{s.env}”，只能是 {'、'.join(ENVIRONMENTS)}。")
    if not s.database_url.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        found.append("DATABASE_URL 要以 sqlite:/// 或 postgresql:// 开头。")
    parts = urlsplit(s.public_url)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        found.append("PUBLIC_URL 要写完整，例如 https://xiangyi.example.gov.cn。二维码里印的就是它。")
    if s.proxies < 0:
        found.append("TRUSTED_PROXIES 要是 0 到 9 的数：前面有几层自己的代理就写几。")
    found += _key_problems(s)
    found += wechat_problems(s.wechat, is_production=s.is_production)
    if s.is_production:
        found += _production_problems(s)
    return found


def _count(text: str) -> int:
    """A small number; -1 where it is none, so that the check names it."""
    return int(text) if text.isascii() and text.isdigit() and len(text) == 1 else -1


def _key_problems(s: Settings) -> list[str]:
    found = []
    for item in s.data_keys.split(","):
        name, _, value = item.partition(":")
        if not name or not _is_key(value):
            found.append("DATA_KEYS 要写成“名字：密钥”，密钥是 32 字节的 base64；几把之间用逗号隔开。")
            break
    if not _is_key(s.lookup_key):
        found.append("LOOKUP_KEY 要是 32 字节的 base64，可用 openssl rand -base64 32 生成。")
    if not _is_key(s.signing_key):
        found.append("SIGNING_KEY 要是 32 字节的 base64，可用 openssl rand -base64 32 生成。")
    return found


def _is_key(value: str) -> bool:
    try:
        return len(base64.b64decode(value, validate=True)) == 32
    except ValueError:
        return False


def _production_problems(s: Settings) -> list[str]:
    found = []
    if s.secret_key == EXAMPLE_SECRET or len(s.secret_key) < 32:
        found.append("SECRET_KEY 没有设，或太短。用 openssl rand -hex 32 生成一个，只放在服务器上。")
    if EXAMPLE_DATA_KEY.partition(":")[2] in s.data_keys:
        found.append("DATA_KEYS 没有设，或用了示例密钥。用 openssl rand -base64 32 生成，写成“k1:密钥”。")
    if s.lookup_key == EXAMPLE_LOOKUP_KEY:
        found.append("LOOKUP_KEY 没有设，或用了示例密钥。用 openssl rand -base64 32 生成。")
    if s.signing_key == EXAMPLE_SIGNING_KEY:
        found.append(
            "SIGNING_KEY 没有设，或用了示例密钥。用 openssl rand -base64 32 生成，投票的核对点用它签名。"
        )
    if not s.public_url.startswith("https://"):
        found.append("PUBLIC_URL 在正式环境要用 https://，不然居民扫码后浏览器会报不安全。")
    return found
