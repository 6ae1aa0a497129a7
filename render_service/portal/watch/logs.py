# SPDX-License-Identifier: GPL-3.0-or-later
"""Logs without measurements and names: errors by kind and place, requests by the page's name."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from types import TracebackType

from flask import Flask, Response, request

from render_service.portal.watch.metrics import NOWHERE, seconds

REQUEST = "request"
log = logging.getLogger("atelier.requests")


class PlainLines(logging.Formatter):
    """Lines for people; of an error its kind and place, as its words may hold what somebody typed."""

    def formatException(self, ei: tuple[type[BaseException] | None, BaseException | None, TracebackType | None]) -> str:  # noqa: N802
        """The kind of an error and where it happened."""
        return f"{ei[0].__name__ if ei[0] else '?'} at {place(ei[2])}"


class JsonLines(logging.Formatter):
    """One JSON object a line: ``time``, ``level``, ``logger``, ``message``, and what belongs to it."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info and record.exc_info[0]:
            line |= {"error": record.exc_info[0].__name__, "place": place(record.exc_info[2])}
        return json.dumps(line | getattr(record, REQUEST, {}), ensure_ascii=False)


def place(traceback: TracebackType | None) -> str:
    """Where an error happened: file and line."""
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    return f"{traceback.tb_frame.f_code.co_filename}:{traceback.tb_lineno}" if traceback else "?"


def write_logs(as_json: bool) -> None:
    """Log this process to standard error."""
    handler = logging.StreamHandler()
    plain = PlainLines("%(asctime)s %(levelname)s %(name)s: %(message)s")
    handler.setFormatter(JsonLines() if as_json else plain)
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("alembic").setLevel(logging.WARNING)
    # A page's pictures wait for one another, which is usual.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)


def log_requests(app: Flask) -> None:
    """Log every answer but files of the site: page, method, status and time; no address, visitor or value."""

    def write(response: Response) -> Response:
        if request.endpoint != "static":
            found = {
                "method": request.method,
                "page": request.endpoint or NOWHERE,
                "status": response.status_code,
                "ms": round(1000.0 * seconds(), 1),
            }
            log.info("%(method)s %(page)s %(status)d", found, extra={REQUEST: found})
        return response

    app.after_request(write)
