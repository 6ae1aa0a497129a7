# SPDX-License-Identifier: GPL-3.0-or-later
"""What the operator sees, who else does not, and what logs keep to themselves."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import select

from render_service.portal.config import Settings
from render_service.portal.extensions import db, now
from render_service.portal.renders import queue
from render_service.portal.renders.models import RenderJob
from render_service.portal.watch.logs import JsonLines, PlainLines
from tests.portal.conftest import LEA, Visitor, end, site, text_of

TOKEN = "w" * 40
SECRET = {"environment": "production", "secret_key": "s" * 40, "public_url": "https://atelier.example.org"}
HOST = {"base_url": "https://atelier.example.org"}


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Flask]:
    made = site(tmp_path / "watched", watch_token=TOKEN, **SECRET)
    yield made
    end(made)


def measured(visitor: Visitor) -> dict[tuple[str, ...], float]:
    """Figures by name and labels."""
    text = visitor.get("/metrics").text
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_requests_queue_worker_and_disk_are_measured(app: Flask, visitor: Visitor) -> None:
    visitor.sign_up()
    person = visitor.measure().rsplit("/", 1)[1]
    visitor.get("/no-such-page")
    first = visitor.ask("/renders", person=person).get_json()["id"]
    visitor.ask("/renders", person=person)
    with app.app_context():
        queue.hear("somewhere-1")
        job = db.session.scalar(select(RenderJob).where(RenderJob.id == first))
        assert job is not None
        job.state, job.started, job.ended = "done", now() - timedelta(seconds=90), now()
        db.session.commit()
    found = measured(visitor)
    assert found["atelier_orders", "queued"] == found["atelier_orders", "done"] == 1
    assert found["atelier_orders", "running"] == found["atelier_orders", "failed"] == 0
    assert found["atelier_order_seconds_mean",] == pytest.approx(90, abs=0.5)
    assert 0 < found["atelier_oldest_order_seconds",] < 60
    assert found["atelier_workers",] == found["atelier_database_up",] == 1
    assert found["atelier_requests_total", "POST", "people.measure", "302"] == 1
    assert found["atelier_requests_total", "none", "none", "404"] == 1
    assert found["atelier_request_seconds_count", "people.measure"] == 1
    assert 0 < found["atelier_disk_free_bytes",] <= found["atelier_disk_bytes",]
    page = text_of(visitor.get("/status"))
    for words in ("Waiting 1", "Done within 24 hours 1", "on average 1.5 min", "somewhere", "GB are free"):
        assert words in page


def test_figures_name_nobody_and_nothing_of_theirs(visitor: Visitor) -> None:
    visitor.sign_up()
    person = visitor.measure(name="Leocadia").rsplit("/", 1)[1]
    visitor.get(f"/people/{person}")
    for path in ("/metrics", "/status"):
        text = visitor.get(path).text
        assert not any(word in text for word in (person, "Leocadia", "lea@", LEA["chest_girth"]))


def test_without_a_database_the_figures_say_so(app: Flask, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.app_context():
        db.session.execute(db.text("DROP TABLE render_executor"))
        db.session.commit()
    found = measured(visitor)
    assert found["atelier_database_up",] == 0
    assert ("atelier_workers",) not in found


@pytest.mark.parametrize("path", ["/metrics", "/status"])
def test_strangers_see_no_figures(visitor: Visitor, watched: Flask, tmp_path: Path, path: str) -> None:
    assert visitor.get(path).status_code == 200, "at this machine"
    assert visitor.get(path, environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 404
    operator = Visitor(watched)
    for auth in (None, ("operator", "w" * 39), ("operator", "é" * 40)):
        refused = operator.get(path, auth=auth, **HOST)
        assert (refused.status_code, refused.headers["WWW-Authenticate"][:5]) == (401, "Basic")
    assert operator.get(path, auth=("anybody", TOKEN), **HOST).status_code == 200
    assert operator.get(path, headers={"Authorization": f"Bearer {TOKEN}"}, **HOST).status_code == 200
    closed = site(tmp_path / "closed", **SECRET)
    assert Visitor(closed).get(path, **HOST).status_code == 404, "in production there is no open door"
    end(closed)


def test_a_short_token_does_not_start() -> None:
    assert any(fault.startswith("watch_token") for fault in Settings(**SECRET, watch_token=TOKEN[:31]).faults())
    assert not Settings(**SECRET, watch_token=TOKEN).faults()


def test_logs_are_json_and_hold_no_measurements_names_or_addresses(
    visitor: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    visitor.sign_up()
    person = visitor.measure(name="Leocadia").rsplit("/", 1)[1]
    visitor.get(f"/people/{person}")
    visitor.ask("/generate", measurements={"chest_girth": 93.7}, unit="cm")
    visitor.post("/measure", LEA | {"waist_girth": "740"})
    lines = [JsonLines().format(record) for record in caplog.records]
    found = [json.loads(line) for line in lines]
    asked = [(line["method"], line["page"], line["status"]) for line in found if line["logger"] == "atelier.requests"]
    for row in (("POST", "people.measure", 302), ("GET", "people.show", 200), ("POST", "api.generate", 200)):
        assert row in asked
    assert all(line["ms"] >= 0 for line in found if line["logger"] == "atelier.requests")
    secrets = (person, "Leocadia", "lea@example.org", "92.5", "93.7", "740", "127.0.0.1")
    # Times have digits of their own.
    texts = [line["message"] + str(line.get("page")) for line in found]
    assert not [text for text in texts for secret in secrets if secret in text]


def test_an_errors_words_are_not_logged() -> None:
    try:
        raise ValueError("chest 92.5")
    except ValueError:
        record = logging.LogRecord("waitress", logging.ERROR, __file__, 1, "failed", None, sys.exc_info())
    line = JsonLines().format(record)
    assert json.loads(line)["error"] == "ValueError"
    assert "test_watch.py:" in json.loads(line)["place"]
    for text in (line, PlainLines("%(message)s").format(record)):
        assert "ValueError" in text
        assert "92.5" not in text
