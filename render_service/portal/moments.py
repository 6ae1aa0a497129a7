# SPDX-License-Identifier: GPL-3.0-or-later
"""Moments and browsers in words."""

from __future__ import annotations

import re
from datetime import datetime

from flask import Flask
from flask_babel import format_date, format_time
from flask_babel import gettext as _
from markupsafe import Markup

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
    app.jinja_env.filters["moment_words"] = moment_words
    app.jinja_env.filters["browser_name"] = browser_name


def moment(when: datetime) -> Markup:
    """A moment for a page: as ``moment_words``; scripts say it in the time of the reader's own clock."""
    return Markup('<time datetime="{}">{}</time>').format(when.isoformat(), moment_words(when))


def moment_words(when: datetime) -> str:
    """A moment as the language writes it, in UTC."""
    day, minute = format_date(when, "medium", rebase=False), format_time(when, "short", rebase=False)
    return re.sub(r"[\u202f\u00a0]", " ", f"{day}, {minute} UTC")


def browser_name(user_agent: str) -> str:
    """A browser and its system, as far as it says."""
    browser = next((name for sign, name in BROWSERS.items() if sign in user_agent), _("A browser"))
    system = next((name for sign, name in SYSTEMS.items() if sign in user_agent), "")
    return f"{browser}, {system}" if system else browser
