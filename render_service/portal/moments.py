# SPDX-License-Identifier: GPL-3.0-or-later
"""Moments and browsers in words."""

from __future__ import annotations

import re
from datetime import datetime

from flask import Flask
from flask_babel import format_datetime
from flask_babel import gettext as _

# The first that is found names the browser: most call themselves by the names of others too.
BROWSERS = {"Edg/": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}


def word_moments(app: Flask) -> None:
    """Let pages say them."""
    app.jinja_env.filters["moment"] = moment
    app.jinja_env.filters["browser_name"] = browser_name


def moment(when: datetime) -> str:
    """A moment as the language writes it, in UTC."""
    return re.sub(r"[\u202f\u00a0]", " ", format_datetime(when, "medium", rebase=False))


def browser_name(user_agent: str) -> str:
    """A browser and its system, as far as it says."""
    browser = next((name for sign, name in BROWSERS.items() if sign in user_agent), _("A browser"))
    system = next((name for sign, name in SYSTEMS.items() if sign in user_agent), "")
    return f"{browser}, {system}" if system else browser
