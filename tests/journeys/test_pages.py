# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages that no journey comes by: each accessible in light and dark, and no wider than a small phone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from waitress.server import create_server

from tests.journeys.test_pictures import Album
from tests.portal.conftest import PASSWORD, end, site
from tests.portal.test_browser import Browser

OPEN = ("", "login", "signup", "reset", "reset/over", "privacy", "api", "status", "people", "shared/over")
OWN = ("people", "measure", "gallery", "profile", "profile/password", "profile/tokens", "logout", "nothing-here")


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A site where an address may try two times four passwords a minute."""
    app = site(tmp_path / "data", limit_sign_in=2)
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(10)
    end(app)


@pytest.mark.parametrize(("language", "width", "height"), [("en", 1280, 850), ("fr", 320, 640)])
def test_every_page_can_be_used_in_light_and_dark_and_on_a_small_phone(
    address: str, tmp_path: Path, language: str, width: int, height: int
) -> None:
    page, album = Browser(address, width, height, language), Album(tmp_path / "seen", language)
    try:
        visit(page, album, OPEN, "open")
        page.open("/signup")
        page.type(email=f"{language}@example.org", password=PASSWORD)
        page.send("#form .button")
        page.open("/profile/tokens")
        page.type(token_name="x")  # noqa: S106
        page.send("#form .button")
        visit(page, album, OWN, "own")
        for _ in range(3):
            page.open("/profile/password")
            page.type(current="not it at all", password="another walnut tractor")  # noqa: S106
            page.send("#form .button")
        album.look(page, "too-many")
        assert page.driver.find_element("css selector", ".number").text == "429"
    finally:
        page.driver.quit()


def visit(page: Browser, album: Album, paths: tuple[str, ...], kind: str) -> None:
    for path in paths:
        page.open(f"/{path}")
        album.look(page, f"{kind}-{path.replace('/', '-') or 'first'}")
