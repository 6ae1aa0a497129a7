# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole journey in a real browser: English and French, desktop and phone, with WebGL and without scripts."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait
from waitress.server import create_server

from tests.portal.conftest import PASSWORD, end, site

AXE = Path(__file__).parents[2] / "render_service" / "portal" / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--hide-scrollbars",
)
PATIENCE_S = 180  # a site that was never started before compiles first, beside whatever else runs
DRAWN = """
  const canvas = document.querySelector('.stage canvas');
  return document.querySelector('[data-message]').hidden && canvas.width > 100;
"""
# Nothing may be wider than the window, or one would have to scroll sideways on a phone.
TOO_WIDE = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Browser:
    """Chromium, and what one does with it."""

    def __init__(self, address: str, width: int, height: int, language: str, scripts: bool = True) -> None:
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for flag in (*FLAGS, f"--window-size={width},{height}"):
            options.add_argument(flag)
        preferences = {
            "intl.accept_languages": language,
            "profile.managed_default_content_settings.javascript": 1 if scripts else 2,
        }
        options.add_experimental_option("prefs", preferences)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=webdriver.ChromeService("/usr/bin/chromedriver"))
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        self.address = address

    def open(self, path: str) -> None:
        self.driver.get(self.address + path)

    def type(self, **texts: str) -> None:
        for name, text in texts.items():
            field = self.driver.find_element(By.ID, name)
            field.clear()
            field.send_keys(text)

    def click(self, selector: str) -> None:
        element = self.driver.find_element(By.CSS_SELECTOR, selector)
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
        element.click()

    def send(self, selector: str) -> None:
        """Click something that opens another page, and wait for it."""
        self.driver.execute_script("window.before = true")
        self.click(selector)
        self.until("return !window.before && document.readyState === 'complete'")

    def until(self, script: str) -> None:
        WebDriverWait(self.driver, PATIENCE_S, 0.1).until(lambda driver: driver.execute_script(script))

    def text(self, selector: str = "body") -> str:
        return str(self.driver.find_element(By.CSS_SELECTOR, selector).text)

    def check(self) -> None:
        """Accessible by axe's rules, and no wider than the window."""
        self.driver.execute_script(AXE.read_text(encoding="utf-8"))
        found = self.driver.execute_async_script(
            "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
            ".then((r) => arguments[0](r.violations.map((v) => [v.id, v.nodes.map((n) => n.html.slice(0, 200))])))"
        )
        assert found == []
        assert self.driver.execute_script(TOO_WIDE) <= 0

    def picture(self, path: Path) -> None:
        shot = self.driver.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True})
        path.write_bytes(base64.b64decode(shot["data"]))

    def complaints(self) -> list[str]:
        """What the browser complained of; refusals of the server, and what it tells of clearing its cache, left out."""
        said = [line["message"] for line in self.driver.get_log("browser")]
        return [message for message in said if "422" not in message and "Clear-Site-Data header" not in message]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    app = site(tmp_path_factory.mktemp("site"))
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(10)
    end(app)


@pytest.fixture
def browse(address: str) -> Iterator[Callable[..., Browser]]:
    opened: list[Browser] = []

    def browse(*arguments: object, **options: bool) -> Browser:
        opened.append(Browser(address, *arguments, **options))  # type: ignore[arg-type]
        return opened[-1]

    yield browse
    for each in opened:
        each.driver.quit()


@pytest.mark.parametrize(
    ("language", "width", "height", "ready", "decimal"),
    [("en", 1280, 850, "Ready.", "."), ("fr", 320, 680, "Prêt.", ",")],
)
def test_from_the_first_page_to_a_dressed_avatar_and_to_erasing(
    browse: Callable[..., Browser], tmp_path: Path, language: str, width: int, height: int, ready: str, decimal: str
) -> None:
    page = browse(width, height, language)
    page.open("/")
    page.check()
    page.send(".hero .button")
    page.type(stature="66")
    page.send(".sticky .button")
    assert page.driver.execute_script("return document.activeElement.className") == "summary"
    page.check()
    page.type(stature="168", chest_girth=f"92{decimal}5", waist_girth="74")
    page.until("return document.getElementById('hip_girth-guess').textContent.includes('±')")
    page.click("button[name=pin][value=hip_girth]")
    assert page.driver.find_element(By.ID, "hip_girth").get_property("value")
    page.click("[name=switch_unit][value=in]")
    assert page.driver.find_element(By.ID, "stature").get_property("value") == f"66{decimal}14"
    page.click("[name=switch_unit][value=cm]")
    page.send(".sticky .button")
    page.until(DRAWN)
    page.check()
    page.driver.find_element(By.CSS_SELECTOR, "[name=garment][value=t-shirt]").send_keys(" ")
    page.until(f"return document.querySelector('[data-status]').textContent === '{ready}'")
    page.check()
    page.click("[data-shape] summary")
    page.driver.execute_script(
        "const s = document.querySelector('[name=waist_girth]'); s.value = 80;"
        "s.dispatchEvent(new Event('input', {bubbles: true}))"
    )
    page.until("return document.querySelector('tr[data-key=waist_girth] td').textContent.startsWith('80')")
    page.picture(tmp_path / "avatar.png")
    page.open("/signup")
    page.type(email=f"{language}@example.org", password=PASSWORD)
    page.send("#form .button")
    page.check()
    page.open("/profile")
    page.check()
    page.open("/profile/erase")
    page.type(current=PASSWORD)
    page.send("#form .button")
    assert page.driver.current_url.endswith("/")
    assert page.complaints() == []


def test_the_viewer_is_used_by_keyboard_and_by_buttons(browse: Callable[..., Browser]) -> None:
    page = browse(800, 700, "en")
    page.open("/measure")
    page.type(stature="170")
    page.send(".sticky .button")
    page.until(DRAWN)
    grab = "return document.querySelector('.stage canvas').toDataURL().length"
    page.driver.find_element(By.CSS_SELECTOR, ".stage canvas").send_keys("\ue014\ue014+")
    for view in ("front", "side", "back", "face"):
        page.click(f"[data-view={view}]")
    assert page.driver.execute_script(grab) > 1000
    assert page.complaints() == []


def test_looks_are_kept_with_a_picture_and_compared(browse: Callable[..., Browser]) -> None:
    page = browse(1100, 800, "en")
    page.open("/measure")
    page.type(stature="170")
    page.send(".sticky .button")
    page.until(DRAWN)
    person = page.driver.current_url
    for name, garment in (("Dress", "dress-sheath"), ("Shirt", "shirt")):
        page.driver.find_element(By.CSS_SELECTOR, f"[name=garment][value={garment}]").send_keys(" ")
        page.until("return document.querySelector('[data-status]').textContent === 'Ready.'")
        page.type(**{"look-name": name})
        page.click("[data-keep-form] button")
        page.until(f"return document.querySelector('[data-status]').textContent.includes('“{name}”')")
    page.until("return [...document.querySelectorAll('.look-card img')].every((each) => each.naturalWidth === 360)")
    page.check()
    page.driver.get(f"{person}/looks")
    page.check()
    page.driver.get(f"{person}/compare")
    page.until("return [...document.querySelectorAll('[data-message]')].every((each) => each.hidden)")
    page.check()
    assert "Sheath dress" in page.text("[data-choice=left]")
    assert "Shirt" in page.text("[data-choice=right]")
    page.click("[data-swap]")
    assert "Shirt" in page.text("[data-choice=left]")
    page.click("[name=layout][value=over]")
    page.driver.find_element(By.CSS_SELECTOR, "[data-wipe]").send_keys(Keys.HOME)
    assert page.driver.execute_script("return document.querySelector('[data-side=right]').style.clipPath") == (
        "inset(0px 0px 0px 0%)"
    )
    page.check()
    assert page.complaints() == []


def test_a_form_switches_its_language_and_works_without_scripts(browse: Callable[..., Browser]) -> None:
    page = browse(375, 700, "en", scripts=False)
    page.open("/measure")
    page.type(stature="170", waist_girth="80")
    page.send("[name=switch_language]")
    assert "Vos mesures" in page.text("h1")
    page.send("[name=action]")
    page.send("button[name=pin][value=hip_girth]")
    page.send(".sticky .button")
    assert "Mesuré en retour" in page.text()


def test_enter_sends_a_form_and_does_not_switch_its_language(browse: Callable[..., Browser]) -> None:
    page = browse(800, 700, "en")
    page.open("/signup")
    page.type(email="enter@example.org", password=PASSWORD)
    page.driver.find_element(By.ID, "password").send_keys(Keys.ENTER)
    page.until("return location.pathname === '/people' && document.readyState === 'complete'")
    assert "Welcome" in page.text()
    page.open("/measure")
    page.type(stature="170", waist_girth="80")
    page.driver.find_element(By.ID, "waist_girth").send_keys(Keys.ENTER)
    page.until("return location.pathname.startsWith('/people/') && document.readyState === 'complete'")
    assert page.driver.execute_script("return document.documentElement.lang") == "en"
