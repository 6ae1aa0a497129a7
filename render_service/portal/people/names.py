# SPDX-License-Identifier: GPL-3.0-or-later
"""Names as people type them."""

from __future__ import annotations

from render_service.portal.people.models import LONGEST_NAME


def plain_name(text: str | None) -> str:
    """A name without line breaks, control characters and needless spaces, no longer than what is kept."""
    plain = "".join(letter if letter.isprintable() else " " for letter in text or "")
    return " ".join(plain.split())[:LONGEST_NAME].strip()
