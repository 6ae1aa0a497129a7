# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands: one that runs the site, and those that look after its accounts."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner, Result

from render_service.cli import main
from render_service.portal.config import ConfigError, Settings, load_settings, with_secret

ROOT = Path(__file__).parents[2]
GOOD = {
    "ATELIER_ENVIRONMENT": "production",
    "ATELIER_SECRET_KEY": "s" * 40,
    "ATELIER_PUBLIC_URL": "https://atelier.example.org",
}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for name in [name for name in os.environ if name.startswith("ATELIER_") or name == "DATABASE_URL"]:
        monkeypatch.delenv(name)

    def run(*arguments: str, **environment: str) -> Result:
        command = [*arguments, "--data", str(tmp_path / "data")]
        return CliRunner().invoke(main, command, env=environment)

    return run


def test_one_command_runs_the_site(tmp_path: Path) -> None:
    start = "from render_service.cli import main; main()"
    command = [sys.executable, "-c", start, "serve", "--port", "0", "--data", str(tmp_path)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout
        address = re.search(r"http://127\.0\.0\.1:\d+/", process.stdout.readline())
        assert address
        with urllib.request.urlopen(address.group() + "healthz", timeout=60) as answer:  # noqa: S310
            assert answer.status == 200
        with urllib.request.urlopen(address.group(), timeout=60) as answer:  # noqa: S310
            assert b"Atelier" in answer.read()
            assert "Server" not in answer.headers
        _refuses(address.group(), 300_000, 300_000, b"256 kB are read at most")
        _refuses(address.group(), 2_000_000, 1000, b"Too Large")
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()
    assert (tmp_path / "atelier.sqlite3").exists()
    assert (tmp_path / "secret.key").stat().st_mode & 0o077 == 0


def _refuses(address: str, announced: int, sent: int, words: bytes) -> None:
    """What is far too large is answered before it came: a client that went on sending might meet a closed pipe."""
    site = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
    try:
        site.putrequest("POST", "/login")
        site.putheader("Content-Length", str(announced))
        site.endheaders(b"x" * sent)
        answer = site.getresponse()
        assert answer.status == 413
        assert words in answer.read()
    finally:
        site.close()


def test_a_worker_runs_beside_the_site_and_is_started_again(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from render_service.cli import main; main()", "serve", "--port", "0"]
    process = subprocess.Popen([*command, "--data", str(tmp_path)], cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        first = _worker_of(process.pid)
        os.kill(first, signal.SIGKILL)
        second = _worker_of(process.pid, but=first)
    finally:
        process.kill()
        process.wait(30)
    limit = time.monotonic() + 30
    while Path(f"/proc/{second}/cmdline").exists() and b"jobs" in Path(f"/proc/{second}/cmdline").read_bytes():
        assert time.monotonic() < limit, "it ends with the site, even where that was killed"
        time.sleep(0.1)


def test_a_process_that_ends_is_started_again_and_requests_are_counted_together(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from render_service.cli import main; main()", "serve", "--port", "0"]
    options = {"ATELIER_PROCESSES": "2", "ATELIER_WORKER": "false"}
    process = subprocess.Popen(
        [*command, "--data", str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True, env=os.environ | options
    )
    try:
        assert process.stdout
        found = re.search(r"http://127\.0\.0\.1:\d+/", process.stdout.readline())
        assert found
        first = _child_of(process.pid, b"portal.serving")
        _answers(found.group(), 12)
        os.kill(first, signal.SIGKILL)
        other = _child_of(process.pid, b"portal.serving", but=first)
        _answers(found.group(), 12)
        assert _child_of(process.pid, b"portal.serving", but=other) != first
        with urllib.request.urlopen(found.group() + "metrics", timeout=30) as answer:  # noqa: S310
            told = answer.read().decode()
        counts = re.findall(r'^atelier_requests_total\{.*page="pages.health".* ([\d.]+)$', told, re.MULTILINE)
        assert sum(map(float, counts)) == 24, "those of the process that is gone too"
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()


def _answers(address: str, times: int) -> None:
    for _ in range(times):
        with urllib.request.urlopen(address + "healthz", timeout=30) as answer:  # noqa: S310
            assert answer.status == 200


def _worker_of(pid: int, but: int = 0) -> int:
    return _child_of(pid, b"render_service.jobs", but)


def _child_of(pid: int, name: bytes, but: int = 0) -> int:
    """A process of that name that another one started, another than ``but``."""
    limit = time.monotonic() + 60
    while time.monotonic() < limit:
        for thread in Path(f"/proc/{pid}/task").iterdir():
            for child in map(int, (thread / "children").read_text().split()):
                if child != but and name in Path(f"/proc/{child}/cmdline").read_bytes():
                    return child
        time.sleep(0.1)
    raise AssertionError(f"no {name.decode()} was started")


def test_check_says_what_is_not_ready_for_production(run) -> None:
    local = run("serve", "--check")
    assert local.exit_code == 0
    assert "only people at this machine" in local.output
    ready = run("serve", "--check", **GOOD)
    assert ready.exit_code == 0
    assert ready.output.splitlines()[-1] == "ready"
    assert "retention_days is 0" in ready.output


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"ATELIER_SECRET_KEY": ""}, "secret_key"),
        ({"ATELIER_SECRET_KEY": "change-me" * 9}, "secret_key"),
        ({"ATELIER_DEBUG": "true"}, "debug"),
        ({"ATELIER_PUBLIC_URL": "http://atelier.example.org"}, "public_url"),
        ({"ATELIER_ENVIRONMENT": "local", "ATELIER_HOST": "0.0.0.0"}, "host"),  # noqa: S104
        ({"ATELIER_ENVIRONMENT": "prod"}, "environment"),
    ],
)
def test_it_refuses_to_start_with_a_default_secret_debug_or_without_https(
    run, changes: dict[str, str], word: str
) -> None:
    result = run("serve", **(GOOD | changes))
    assert result.exit_code == 2
    assert f"fault: {word}" in result.output


def test_options_come_from_the_command_the_environment_and_the_file_in_this_order(tmp_path: Path) -> None:
    (tmp_path / "portal.toml").write_text('port = 1\nthreads = 3\noperator = "Club"\ntrusted_hosts = ["a.example"]\n')
    found = load_settings({"data": tmp_path, "port": 3, "host": None}, {"ATELIER_PORT": "2", "ATELIER_THREADS": "4"})
    assert (found.port, found.threads, found.operator, found.trusted_hosts) == (3, 4, "Club", ("a.example",))
    assert (
        load_settings({"data": tmp_path}, {"DATABASE_URL": "postgres://h/d"}).database() == "postgresql+psycopg://h/d"
    )


@pytest.mark.parametrize("line", ["port = 'x'", "prot = 1", "debug = 'perhaps'", "= nonsense"])
def test_an_option_that_cannot_be_used_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "portal.toml").write_text(line)
    with pytest.raises(ConfigError, match=r"port|prot|debug"):
        load_settings({"data": tmp_path}, {})


def test_a_secret_is_made_once_for_each_data_folder(tmp_path: Path) -> None:
    first = with_secret(Settings(data=tmp_path / "one"))
    assert len(first) == 64
    assert with_secret(Settings(data=tmp_path / "one")) == first != with_secret(Settings(data=tmp_path / "two"))


def test_the_operator_looks_after_accounts(run) -> None:
    made = run("accounts", "create", "Lea@example.org", "--password", "walnut tractor seventeen")
    assert made.output == "lea@example.org may sign in\n"
    assert run("accounts", "create", "lea@example.org", "--password", "walnut tractor seventeen").exit_code == 1
    assert run("accounts", "create", "b@example.org", "--password", "password1234").exit_code == 1
    assert "does not look like" in run("accounts", "create", "lea", "--password", "walnut tractor seventeen").output
    assert run("accounts", "reset", "lea@example.org").output.startswith("http://127.0.0.1:8080/reset/")
    assert "may order 5 pictures a day" in run("accounts", "quota", "lea@example.org", "5").output
    assert "as everybody" in run("accounts", "quota", "lea@example.org").output
    assert "disabled" in run("accounts", "disable", "lea@example.org").output
    assert "accounts enable" in run("accounts", "reset", "lea@example.org").output
    assert "may sign in" in run("accounts", "enable", "lea@example.org").output
    assert run("accounts", "purge").output == "deleted: 0 sessions, 0 counters, 0 accounts\n"
    assert "erased" in run("accounts", "erase", "lea@example.org", "--yes").output
    assert "there is no account" in run("accounts", "reset", "lea@example.org").output


def test_a_folder_without_a_portal_is_said_and_none_is_made_of_a_slip(run, tmp_path: Path) -> None:
    slip = run("accounts", "disable", "lea@example.org")
    assert slip.exit_code == 1
    assert "there is no portal in" in slip.output
    assert not (tmp_path / "data").exists()


def test_check_tries_folder_database_and_mail(run, tmp_path: Path) -> None:
    run("accounts", "create", "lea@example.org", "--password", "walnut tractor seventeen")
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700, "measurements are for their user alone"
    (tmp_path / "data").chmod(0o755)
    found = run("serve", "--check", ATELIER_MAIL_HOST="127.0.0.1", ATELIER_MAIL_PORT="9")
    assert found.exit_code == 0
    assert "others on this machine can look into" in found.output
    assert "mail_host: 127.0.0.1:9 does not take mail" in found.output
    for file in (tmp_path / "data").glob("atelier.sqlite3*"):
        file.unlink()
    (tmp_path / "data" / "atelier.sqlite3").write_bytes(b"no database at all" * 99)
    assert "fault: database:" in run("serve", "--check").output
    gone = run("serve", DATABASE_URL="postgresql://atelier@/postgres?host=/nowhere")
    assert (gone.exit_code, "fault: database: database_url" in gone.output) == (2, True)


def test_a_folder_that_cannot_be_written_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    found = CliRunner().invoke(main, ["serve", "--data", str(tmp_path / "file" / "data")])
    assert (found.exit_code, "cannot be written" in found.output) == (2, True)


def test_the_operator_makes_lists_and_ends_tokens(run) -> None:
    run("accounts", "create", "lea@example.org", "--password", "walnut tractor seventeen")
    assert run("accounts", "token", "list", "lea@example.org").output == "none\n"
    made = run("accounts", "token", "create", "lea@example.org", "--name", "nightly", "--scope", "write").output.strip()
    run("accounts", "token", "create", "lea@example.org", "--name", "reader")
    assert re.fullmatch(r"atelier_[\w-]{43}", made)
    first, second = run("accounts", "token", "list", "lea@example.org").output.splitlines()
    assert re.fullmatch(r"\w{32}  write  made \d{4}-\d\d-\d\d  never used       nightly", first)
    assert second.split()[1] == "read"
    assert made not in first
    ended = run("accounts", "token", "end", "lea@example.org", first.split()[0])
    assert ended.output == "ended: 1 tokens\n"
    assert run("accounts", "token", "list", "lea@example.org").output.strip() == second
    again = run("accounts", "token", "end", "lea@example.org", first.split()[0])
    assert again.exit_code == 1
    assert "has no token" in again.output
    assert run("accounts", "token", "create", "lea@example.org", "--name", " ").exit_code == 2
    assert run("accounts", "token", "end", "lea@example.org").output == "ended: 1 tokens\n"


def test_every_option_is_explained() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in page for name in Settings.__dataclass_fields__)
