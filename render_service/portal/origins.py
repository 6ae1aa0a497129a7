# SPDX-License-Identifier: GPL-3.0-or-later
"""The second wall against requests forged by other sites: where the browser says that a request comes from."""

from __future__ import annotations

import ipaddress

from flask import Flask, abort, request

NETWORK_BITS = 64
SAFE = ("GET", "HEAD", "OPTIONS")


def visitor_address() -> str:
    """Where a request comes from, for counting: of IPv6 the network of 64 bits, for one visitor has all of it."""
    given = request.remote_addr or ""
    try:
        address = ipaddress.ip_address(given.partition("%")[0])
    except ValueError:
        return given
    if address.version == 4:
        return given
    return str(address.ipv4_mapped or ipaddress.ip_network((address, NETWORK_BITS), strict=False))


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
