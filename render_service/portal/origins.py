# SPDX-License-Identifier: GPL-3.0-or-later
"""The second wall against requests forged by other sites: where the browser says that a request comes from."""

from __future__ import annotations

from flask import Flask, abort, request

SAFE = ("GET", "HEAD", "OPTIONS")


def refuse_other_sites(app: Flask) -> None:
    """Refuse changes that a browser sends for another site, whatever token they carry."""
    app.before_request(_check)


def _check() -> None:
    if request.method in SAFE:
        return
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    own = f"{request.scheme}://{request.host}"
    if (site is not None and site != "same-origin") or (origin is not None and origin != own):
        abort(403)
