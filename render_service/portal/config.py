# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be configured, where it is read from, and what is not fit for production."""

from __future__ import annotations

import os
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

DEFAULT_SECRET = "change-me"  # noqa: S105  # a value that is refused, not one that is used
SHORTEST_SECRET = 32
LOOPBACK = ("127.0.0.1", "::1", "localhost")
PREFIX = "ATELIER_"
CONFIG_FILE = "portal.toml"
PLAIN_NAMES = {"database_url": "DATABASE_URL"}


class ConfigError(Exception):
    """An option that cannot be used: its name, what stands there, and what would be accepted."""

    def __init__(self, name: str, value: object, allowed: str) -> None:
        super().__init__(f"{name} = {value!r} is not usable; allowed: {allowed}")


@dataclass(frozen=True)
class Settings:
    """The options; ``docs/operations.md`` explains each.

    Read from the environment (``ATELIER_NAME``), then from ``portal.toml`` in the data folder, then as below.
    """

    data: Path = Path("atelier-data")
    environment: str = "local"
    host: str = "127.0.0.1"
    port: int = 8080
    database_url: str = ""
    secret_key: str = ""
    debug: bool = False
    public_url: str = ""
    trusted_hosts: tuple[str, ...] = ()
    proxies: int = 0
    processes: int = min(2, os.cpu_count() or 1)
    threads: int = 16
    signup_open: bool = True
    retention_days: int = 0
    operator: str = ""
    watch_token: str = ""
    worker: bool = True
    render_quota: int = 60
    render_waiting: int = 5
    render_limit_s: int = 900
    limit_sign_in: int = 10
    limit_sign_up: int = 3
    limit_make: int = 600
    limit_order: int = 20
    limit_file: int = 30
    limit_change: int = 60
    mail_host: str = ""
    mail_port: int = 587
    mail_user: str = ""
    mail_password: str = ""
    mail_from: str = ""
    mail_tls: bool = True

    @property
    def production(self) -> bool:
        """Whether others than people at this machine may reach it."""
        return self.environment == "production"

    @property
    def secure_cookies(self) -> bool:
        """Cookies go over HTTPS alone, except where the site is at home on this machine."""
        return self.production

    def database(self) -> str:
        """The database's address as SQLAlchemy reads it."""
        if not self.database_url:
            return f"sqlite:///{(self.data / 'atelier.sqlite3').resolve()}"
        for plain in ("postgres://", "postgresql://"):
            if self.database_url.startswith(plain):
                return "postgresql+psycopg://" + self.database_url.removeprefix(plain)
        return self.database_url

    def renders(self) -> Path:
        """The folder of ordered pictures."""
        return self.data / "renders"

    def hosts(self) -> list[str]:
        """Names the site answers to."""
        own = [urlsplit(self.public_url).hostname or ""] if self.public_url else []
        return [*self.trusted_hosts, *(name for name in own if name)] or [*LOOPBACK, "[::1]"]

    def address(self) -> str:
        """Where people find the site, for links in mails."""
        return self.public_url.rstrip("/") or f"http://{self.host}:{self.port}"

    def faults(self) -> list[str]:
        """Why the site must not start."""
        found = []
        if self.environment not in ("local", "production"):
            found.append(f"environment is '{self.environment}': local or production")
        if not self.production and self.host not in LOOPBACK:
            found.append(f'host is {self.host}: others could reach it, which needs environment = "production"')
        if not self.production:
            return found
        if self.debug:
            found.append("debug is on: it shows code and values to whoever meets an error")
        if DEFAULT_SECRET in self.secret_key or len(self.secret_key) < SHORTEST_SECRET:
            found.append(f"secret_key is the default or shorter than {SHORTEST_SECRET} characters")
        if not self.public_url.startswith("https://"):
            found.append("public_url does not start with https://: cookies and links need the site's address")
        if self.watch_token and len(self.watch_token) < SHORTEST_SECRET:
            found.append(f"watch_token is shorter than {SHORTEST_SECRET} characters: others could guess it")
        return found

    def warnings(self) -> list[str]:
        """What is not ready for production though the site can start."""
        found = [] if self.production else ["environment is local: only people at this machine reach the site"]
        if self.production and not self.proxies:
            found.append("proxies is 0: HTTPS has to end somewhere, and every visitor seems to be that somewhere")
        if not self.mail_host:
            found.append("mail_host is empty: lost passwords are reset by the operator (atelier accounts reset)")
        if not self.retention_days:
            found.append("retention_days is 0: accounts that nobody uses are kept for ever")
        if self.production and not self.watch_token:
            found.append("watch_token is empty: /status and /metrics are closed")
        if not self.operator:
            found.append("operator is empty: the privacy page does not say who runs the site")
        if self.worker and find_spec("bpy") is None:
            found.append("Blender is missing: no pictures are made here (pip install 'atelier[render]')")
        if not self.database_url:
            found.append("database_url is empty: SQLite, which serves one machine")
        return found


def load_settings(given: Mapping[str, Any], environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings from what was given on the command line, the environment and the data folder's file.

    Raises
    ------
    ConfigError
    """
    from_environment = {
        field.name: environment[name]
        for field in fields(Settings)
        for name in (PREFIX + field.name.upper(), PLAIN_NAMES.get(field.name, ""))
        if environment.get(name)
    }
    chosen = {name: value for name, value in given.items() if value is not None}
    data = Path(chosen.get("data") or from_environment.get("data") or Settings.data)
    merged = {**_file(data / CONFIG_FILE), **from_environment, **chosen, "data": data}
    known = {field.name: field.default for field in fields(Settings)}
    return Settings(**{name: _typed(name, value, known) for name, value in merged.items()})


def as_json(settings: Settings) -> dict[str, Any]:
    """Settings for another process; ``from_json`` reads them."""
    return {**asdict(settings), "data": str(settings.data.resolve()), "secret_key": with_secret(settings)}


def from_json(values: Mapping[str, Any]) -> Settings:
    """What ``as_json`` made."""
    hosts = tuple(values["trusted_hosts"])
    return Settings(**{**values, "data": Path(values["data"]), "trusted_hosts": hosts})


def with_secret(settings: Settings) -> str:
    """The secret that signs: the one configured, or one made for this data folder and kept there."""
    if settings.secret_key:
        return settings.secret_key
    path = settings.data / "secret.key"
    if not path.exists():
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
            stream.write(secrets.token_hex(32))
    return path.read_text(encoding="ascii")


def _file(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(str(path), "", f"a TOML file ({error})") from error


def _typed(name: str, value: Any, known: Mapping[str, Any]) -> Any:
    if name not in known:
        raise ConfigError(name, value, ", ".join(known))
    usual = known[name]
    if isinstance(usual, bool):
        words = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
        if str(value).lower() not in words:
            raise ConfigError(name, value, "true or false")
        return words[str(value).lower()]
    if isinstance(usual, int):
        if not str(value).isascii() or not str(value).isdigit():
            raise ConfigError(name, value, "a whole number, 0 or more")
        return int(value)
    if isinstance(usual, tuple):
        return tuple(value) if isinstance(value, list) else tuple(part.strip() for part in str(value).split(","))
    return type(usual)(value)
