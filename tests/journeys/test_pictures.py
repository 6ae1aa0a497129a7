# SPDX-License-Identifier: GPL-3.0-or-later
"""From an order to its picture, to a friend who sees it, to nothing left: a real browser, a real site, a real Blender.

Every page is looked at by axe, in light and in dark. ``ATELIER_SCREENSHOTS`` names a folder that keeps what was seen;
docs/portal.md shows some of it.
"""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from selenium.webdriver.support.ui import WebDriverWait

from tests.portal.conftest import PASSWORD
from tests.portal.test_browser import Browser

ROOT = Path(__file__).parents[2]
START = "from render_service.cli import main; main()"
PICTURE_S = 900  # a draft takes half a minute where nothing else runs
NAME = "Ottoline Quarles"
WAIST_CM = 73.5
LOOK = {
    "garment": [{"id": "t-shirt", "colours": {"body": "#b5523b"}}, {"id": "trousers-straight"}, {"id": "trainers"}],
    "hair": {"style": "bob", "colour": "brown"},
}
KEEP_LOOK = """
  const [person, look, done] = arguments;
  fetch('/session').then((r) => r.json()).then(({csrf_token}) => fetch('/update_cloth', {
    method: 'POST', headers: {'Content-Type': 'application/json', 'X-CSRFToken': csrf_token},
    body: JSON.stringify({person, look, save: true}),
  })).then((r) => done(r.status));
"""
FETCH = """
  const done = arguments[1];
  fetch(arguments[0]).then((r) => r.arrayBuffer().then((b) => {
    let text = ''; for (const each of new Uint8Array(b)) text += String.fromCharCode(each);
    done([r.status, btoa(text)]);
  }));
"""
SEEN = """
  const images = [...document.querySelectorAll('main img')];
  return images.length > 0 && images.every((i) => i.complete && i.naturalWidth > 0);
"""
WORDS = {
    "en": {"cancelled": "Cancelled.", "ready": f"Pictures of {NAME} are ready.", "gone": "There is nothing here"},
    "fr": {"cancelled": "Annulée.", "ready": f"Les images de {NAME} sont prêtes.", "gone": "Il n'y a rien ici"},
}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site with its worker, as ``atelier serve`` runs them."""
    data = str(tmp_path_factory.mktemp("journey"))
    command = [sys.executable, "-c", START, "serve", "--port", "0", "--data", data]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=os.environ
    )
    try:
        assert process.stdout
        found = re.search(r"http://\S+?(?=/$)", process.stdout.readline())
        assert found
        yield found.group()
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()


@pytest.fixture
def browse(address: str) -> Iterator[Callable[..., Browser]]:
    opened: list[Browser] = []

    def browse(width: int, height: int, language: str) -> Browser:
        opened.append(Browser(address, width, height, language))
        return opened[-1]

    yield browse
    for each in opened:
        each.driver.quit()


class Album:
    """Pages as they looked."""

    def __init__(self, folder: Path, language: str) -> None:
        self.folder, self.language = Path(os.environ.get("ATELIER_SCREENSHOTS") or folder), language
        self.folder.mkdir(parents=True, exist_ok=True)

    def look(self, page: Browser, name: str) -> None:
        """Light and dark: accessible, no wider than the window, kept as pictures."""
        for scheme in ("light", "dark"):
            feature = {"name": "prefers-color-scheme", "value": scheme}
            page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
            page.check()
            page.picture(self.folder / f"{name}-{self.language}-{scheme}.png")


def fetched(page: Browser, path: str) -> tuple[int, bytes]:
    """What the browser, signed in as it is, is sent for a path."""
    status, text = page.driver.execute_async_script(FETCH, path)
    return int(status), base64.b64decode(text)


def by_token(address: str, token: str, path: str, content: dict[str, object] | None = None) -> dict[str, object]:
    """What a script is answered."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    body = json.dumps(content).encode() if content is not None else None
    with urllib.request.urlopen(urllib.request.Request(address + path, body, headers)) as answer:  # noqa: S310
        found: dict[str, object] = json.load(answer)
        return found


def path_of(page: Browser) -> str:
    return str(page.driver.execute_script("return location.pathname"))


def choose(page: Browser, *views: str) -> None:
    """Exactly these views, quickly made."""
    for box in page.driver.find_elements("css selector", "[name=views]"):
        if box.is_selected() != (box.get_property("value") in views):
            page.click(f"[name=views][value={box.get_property('value')}]")
    page.click("[name=quality][value=draft]")


@pytest.mark.parametrize(("language", "width", "height"), [("en", 1280, 850), ("fr", 390, 760)])
def test_from_an_order_to_its_picture_to_a_friend_and_to_nothing_left(
    browse: Callable[..., Browser], tmp_path: Path, language: str, width: int, height: int
) -> None:
    page, album, words = browse(width, height, language), Album(tmp_path, language), WORDS[language]
    page.driver.set_script_timeout(120)
    page.open("/signup")
    page.type(email=f"{language}@example.org", password=PASSWORD)
    album.look(page, "sign-up")
    page.send("#form .button")
    person = measured(page)
    order_and_cancel(page, album, person, words)
    job = ordered_and_announced(page, album, person, words)
    taken_home(page, album, job)
    shared_and_ended(page, browse(width, height, language), album, job, words)
    used_by_a_script(page, album, person, job)
    exported_and_erased(page, album, language)
    assert page.complaints() == []


def measured(page: Browser) -> str:
    """Somebody measured and dressed; the path of their page."""
    page.open("/measure")
    page.type(name=NAME, stature="168", chest_girth="91", waist_girth=str(WAIST_CM), hip_girth="99")
    page.send(".sticky .button")
    person = path_of(page)
    assert page.driver.execute_async_script(KEEP_LOOK, person.rsplit("/", 1)[1], LOOK) == 200
    return person


def order_and_cancel(page: Browser, album: Album, person: str, words: dict[str, str]) -> None:
    page.open(f"{person}/pictures")
    choose(page, "front", "back", "turntable")
    album.look(page, "order")
    page.send("#order .button")
    page.until("return document.querySelector('[data-share]') !== null")
    album.look(page, "progress")
    page.send("form[action$='/cancel'] button")
    assert words["cancelled"] in page.text()
    album.look(page, "cancelled")


def ordered_and_announced(page: Browser, album: Album, person: str, words: dict[str, str]) -> str:
    """An order whose picture is announced on another page; the path of the order."""
    page.open(f"{person}/pictures")
    choose(page, "front")
    page.send("#order .button")
    job = path_of(page)
    page.open("/profile")
    ready = "return document.querySelector('[data-news]').textContent"
    WebDriverWait(page.driver, PICTURE_S, 1.0).until(lambda driver: words["ready"] in driver.execute_script(ready))
    album.look(page, "announced")
    page.send("[data-news] a")
    assert path_of(page) == job
    page.until(SEEN)
    album.look(page, "picture")
    return job


def taken_home(page: Browser, album: Album, job: str) -> None:
    status, content = fetched(page, f"{job}/0.png?save=1")
    with Image.open(BytesIO(content)) as picture:
        picture.load()
        assert (status, picture.size) == (200, (400, 600))
        colours = picture.convert("RGB").getcolors(maxcolors=400 * 600) or []
        assert len(colours) > 1000, "a photograph"
    status, content = fetched(page, f"{job}/avatar.glb")
    assert (status, content[:4]) == (200, b"glTF")
    page.open("/gallery")
    page.until(SEEN)
    album.look(page, "gallery")


def shared_and_ended(page: Browser, friend: Browser, album: Album, job: str, words: dict[str, str]) -> None:
    """A friend without an account sees the picture and nothing else of the person, until the link is ended."""
    page.open(job)
    page.send("form[action$='/share'] button")
    link = str(page.driver.find_element("id", "link").get_property("value"))
    album.look(page, "share")
    friend.driver.get(link)
    friend.until(SEEN)
    album.look(friend, "shared")
    source = friend.driver.page_source
    for private in (NAME, "Ottoline", "@example.org", "168", str(WAIST_CM), "73,5", "/people/", job.rsplit("/", 1)[1]):
        assert private not in source
    friend.open(job)
    assert path_of(friend) == "/login", "the link opens nothing else"
    page.open(job)
    page.send("form[action*='/shares/'] button")
    friend.driver.get(link)
    assert words["gone"] in friend.text()
    album.look(friend, "ended")


def used_by_a_script(page: Browser, album: Album, person: str, job: str) -> None:
    page.open("/profile/tokens")
    page.type(token_name="pattern printer")  # noqa: S106
    page.send("#form .button")
    token = str(page.driver.find_element("id", "made").get_property("value"))
    album.look(page, "token")
    made = by_token(page.address, token, "/generate", {"person": person.rsplit("/", 1)[1]})
    assert made["measurements"]["waist_girth"]["asked"] == pytest.approx(WAIST_CM)  # type: ignore[index]
    assert by_token(page.address, token, f"{job}/status")["state"] == "done"
    page.open("/profile/tokens")
    page.send("form[action$='/end'] button")
    with pytest.raises(urllib.error.HTTPError, match="401"):
        by_token(page.address, token, f"{job}/status")


def exported_and_erased(page: Browser, album: Album, language: str) -> None:
    page.open("/profile")
    album.look(page, "profile")
    status, content = fetched(page, "/profile/export")
    with zipfile.ZipFile(BytesIO(content)) as archive:
        told = json.loads(archive.read("atelier.json"))
        assert (status, told["people"][0]["name"]) == (200, NAME)
        assert [name for name in archive.namelist() if name.endswith("000.png")]
    page.open("/profile/erase")
    page.type(current=PASSWORD)
    album.look(page, "erase")
    page.send("#form .button")
    assert path_of(page) == "/"
    page.open("/login")
    page.type(email=f"{language}@example.org", password=PASSWORD)
    page.send("#form .button")
    assert path_of(page) == "/login", "there is no such account any more"
    album.look(page, "refused")
