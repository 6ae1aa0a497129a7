# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures for Prometheus: requests as they are answered, the queue and the disk when they are asked for."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

from flask import Flask, Response, current_app, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from render_service.portal.extensions import db, this_app
from render_service.portal.watch.figures import disk, figures

BEGUN = "watch_begun"
BUCKETS_S = (0.01, 0.03, 0.1, 0.3, 1.0, 1.5, 3.0, 10.0)
KEY = "metrics"
NOWHERE = "none"
TOGETHER = "PROMETHEUS_MULTIPROC_DIR"  # set where several processes count


class _Now(Collector):
    """What is read when it is asked for."""

    def __init__(self, app: Flask) -> None:
        self._settings = app.config["SETTINGS"]

    def describe(self) -> list[Metric]:
        """Nothing beforehand: the database may not be there yet."""
        return []

    def collect(self) -> Iterator[Metric]:
        """The database's figures where it answers, the disk's always."""
        free, total = disk(self._settings)
        yield GaugeMetricFamily("atelier_disk_free_bytes", "Free on the disk of the data folder", free)
        yield GaugeMetricFamily("atelier_disk_bytes", "Size of that disk", total)
        try:
            found = figures()
        except SQLAlchemyError:
            db.session.rollback()
            yield GaugeMetricFamily("atelier_database_up", "Whether the database answers", 0)
            return
        yield GaugeMetricFamily("atelier_database_up", "Whether the database answers", 1)
        orders = GaugeMetricFamily(
            "atelier_orders", "Ordered pictures: waiting and running now, done and failed in 24 hours", labels=["state"]
        )
        for state, count in found.states.items():
            orders.add_metric([state], count)
        yield orders
        yield GaugeMetricFamily("atelier_workers", "Workers heard of within 30 seconds", len(found.workers))
        yield GaugeMetricFamily("atelier_oldest_order_seconds", "Age of the oldest open order", found.oldest_s)
        if found.order_s is not None:
            words = "Mean time of work on an order done within 24 hours"
            yield GaugeMetricFamily("atelier_order_seconds_mean", words, found.order_s)


def measure(app: Flask) -> None:
    """Count the requests of an application; by the name of the page, never by its address."""
    registry = CollectorRegistry()
    names = ["method", "page", "status"]
    answered = Counter("atelier_requests", "Requests answered", names, registry=registry)
    lasted = Histogram("atelier_request_seconds", "Time to answer", ["page"], buckets=BUCKETS_S, registry=registry)
    registry.register(_Now(app))
    app.extensions[KEY] = registry

    def begin() -> None:
        setattr(g, BEGUN, time.perf_counter())

    def count(response: Response) -> Response:
        page = request.endpoint or NOWHERE
        answered.labels(request.method if request.endpoint else NOWHERE, page, str(response.status_code)).inc()
        lasted.labels(page).observe(seconds())
        return response

    app.before_request(begin)
    app.after_request(count)


def seconds() -> float:
    """How long the request has been worked on."""
    return time.perf_counter() - float(g.get(BEGUN, time.perf_counter()))


def exposition() -> Response:
    """All of it in Prometheus's text format."""
    registry = current_app.extensions[KEY]
    if TOGETHER in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
        registry.register(_Now(this_app()))
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
