# SPDX-License-Identifier: GPL-3.0-or-later
"""The files by which the portal is put on a server say what the portal understands."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from render_service.cli import main
from render_service.portal.config import PLAIN_NAMES, PREFIX, Settings, load_settings
from render_service.portal.origins import visitor_address
from tests.portal.conftest import PASSWORD, end, site

ROOT = Path(__file__).parents[2]
GIVEN = {
    "ATELIER_SECRET_KEY": "s" * 64,
    "ATELIER_PUBLIC_URL": "https://atelier.example.org",
    "POSTGRES_PASSWORD": "letters1",
}


def composed() -> dict[str, dict[str, object]]:
    """The services, with the variables of ``.env`` put in."""
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    services: dict[str, dict[str, object]] = yaml.safe_load(
        re.sub(r"\$\{(\w+)[:?\-][^}]*\}", lambda found: GIVEN.get(found[1], ""), text)
    )["services"]
    return services


def test_behind_a_web_server_addresses_and_origins_are_the_visitors(tmp_path: Path) -> None:
    """What docs/operations.md tells nginx to send, and what Caddy sends by itself."""
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    named = set(re.findall(r"proxy_set_header (X-Forwarded-\w+)", text))
    sent = {
        "X-Forwarded-For": "198.51.100.7",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "atelier.example.org",
    }
    assert named == set(sent)
    app = site(
        tmp_path, environment="production", secret_key="k" * 40, public_url="https://atelier.example.org", proxies=1
    )
    seen: list[str] = []
    app.before_request(lambda: seen.append(visitor_address()))
    client, headers = app.test_client(), {**sent, "Host": "127.0.0.1:8080"}
    # The cookie is for HTTPS, which ends in front: a browser would keep it, this client is handed it.
    first = client.get("/session", headers=headers, base_url="https://atelier.example.org")
    assert "Secure" in first.headers["Set-Cookie"]
    form = {"csrf_token": first.get_json()["csrf_token"], "email": "lea@example.org", "password": PASSWORD}
    own = headers | {"Origin": "https://atelier.example.org", "Sec-Fetch-Site": "same-origin"}
    cookie = {"Cookie": first.headers["Set-Cookie"].partition(";")[0]}
    assert client.post("/signup", data=form, headers=own | cookie).status_code == 302
    assert set(seen) == {"198.51.100.7"}
    assert client.get("/", headers=headers | {"X-Forwarded-Host": "evil.example"}).status_code == 400
    end(app)


@pytest.mark.parametrize("name", ["site", "worker"])
def test_compose_configures_a_site_that_may_start(tmp_path: Path, name: str) -> None:
    environment = {key: str(value or "") for key, value in composed()[name]["environment"].items()}  # type: ignore[attr-defined]
    known = {PREFIX + option.upper() for option in Settings.__dataclass_fields__} | set(PLAIN_NAMES.values())
    assert set(environment) <= known
    settings = load_settings({"data": tmp_path, "host": "0.0.0.0"}, environment)  # noqa: S104
    assert settings.faults() == []
    assert settings.database() == "postgresql+psycopg://atelier:letters1@database/atelier"
    assert not settings.worker, "the worker is a service of its own"


def test_the_containers_commands_are_commands_of_atelier() -> None:
    image = re.findall(r"^CMD (\[.*\])$", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    for command in (json.loads(image[-1]), composed()["worker"]["command"]):
        assert command[0] == "atelier"  # type: ignore[index]
        arguments = [part for part in command[1:] if part != "0.0.0.0"]  # type: ignore[index]  # noqa: S104
        shown = CliRunner().invoke(main, [arguments[0], "--help"]).output
        assert all(part in shown for part in arguments)


def test_the_image_has_the_extras_that_exist_and_its_health_check_is_python() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    extras = re.search(r"\.\[([\w,]+)\]", text)
    assert extras
    assert set(extras[1].split(",")) == {"portal", "fit", "pattern", "render"}
    check = json.loads(re.search(r"^  CMD (\[\"python.*\])$", text, re.MULTILINE)[1])  # type: ignore[index]
    compile(check[2], "health check", "exec")
    assert subprocess.run([sys.executable, *check[1:]], capture_output=True).returncode == 1, "nothing listens"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    unit = (ROOT / "scripts" / "deploy" / "atelier.service").read_text(encoding="utf-8")
    command = re.search(r"^ExecStart=(\S+)", unit, re.MULTILINE)
    assert command
    (tmp_path / "atelier.service").write_text(unit.replace(command[1], sys.executable), encoding="utf-8")
    found = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / "atelier.service")], capture_output=True, text=True
    )
    assert "atelier.service" not in found.stderr, found.stderr
