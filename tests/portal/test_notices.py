# SPDX-License-Identifier: GPL-3.0-or-later
"""Mail when pictures are ready: to those who asked for it, once, in their language, without measurements."""

from __future__ import annotations

import email
import re
import socketserver
import threading
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from render_service.portal.accounts.models import Account
from render_service.portal.extensions import db, now
from render_service.portal.renders.models import RenderJob
from render_service.portal.renders.notices import AGAIN, send_due
from tests.portal.conftest import LEA, Visitor, end, site
from tests.portal.test_renders import make, member, ordered


class Post(socketserver.StreamRequestHandler):
    """A server for mail; it takes letters, and breaks off after one where it is told to."""

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        for line in self.rfile:
            command = line[:4].upper()
            if command == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                self.server.letters.append(b"".join(iter(self.rfile.readline, b".\r\n")))  # type: ignore[attr-defined]
                if self.server.breaks:  # type: ignore[attr-defined]
                    return
            self.wfile.write(b"221 bye\r\n" if command == b"QUIT" else b"250 yes\r\n")


@pytest.fixture
def post() -> Iterator[socketserver.ThreadingTCPServer]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Post) as server:
        server.letters, server.breaks = [], False  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever).start()
        yield server
        server.shutdown()


@pytest.fixture
def mailing(tmp_path: Path, post: socketserver.ThreadingTCPServer) -> Iterator[Flask]:
    server = {"mail_host": "127.0.0.1", "mail_port": post.server_address[1], "mail_tls": False}
    made = site(tmp_path / "data", **server, public_url="https://a.example", trusted_hosts=("localhost",))
    yield made
    end(made)


def letters(post: socketserver.ThreadingTCPServer) -> list[EmailMessage]:
    return [email.message_from_bytes(each, policy=default) for each in post.letters]  # type: ignore[attr-defined]


def sent(app: Flask) -> int:
    with app.app_context():
        return send_due(app.config["SETTINGS"])


def waiting_member(app: Flask, language: str = "en") -> tuple[Visitor, str]:
    visitor = Visitor(app)
    person = member(visitor)
    form = {"language": language, "unit": "cm", "tell_by_mail": "y"}
    assert visitor.post("/profile/settings", form).status_code == 302
    return visitor, person


def test_who_asked_for_it_is_told_once_and_without_measurements(
    mailing: Flask, post: socketserver.ThreadingTCPServer
) -> None:
    visitor, person = waiting_member(mailing, "fr")
    assert re.search(r'<input checked [^>]*name="tell_by_mail"', visitor.get("/profile").text)
    ordered(visitor, person)
    assert sent(mailing) == 0
    make(mailing)  # and whoever made it is killed here
    assert (sent(mailing), sent(mailing)) == (1, 0)
    (letter,) = letters(post)
    words = letter.get_content()
    assert (letter["To"], letter["Subject"]) == ("lea@example.org", "Vos images sont prêtes")
    assert "https://a.example/gallery" in words
    assert not any(value in words for key, value in LEA.items() if key != "unit")
    assert visitor.get("/gallery").status_code == 200


def test_who_did_not_ask_is_not_written_to(mailing: Flask, post: socketserver.ThreadingTCPServer) -> None:
    visitor = Visitor(mailing)
    ordered(visitor, member(visitor))
    make(mailing)
    assert (sent(mailing), letters(post)) == (0, [])
    visitor.post("/profile/settings", {"language": "en", "unit": "cm", "tell_by_mail": "y"})
    assert sent(mailing) == 0, "what was ready before stays unsaid"


def test_two_that_look_at_once_send_one_letter(mailing: Flask, post: socketserver.ThreadingTCPServer) -> None:
    visitor, person = waiting_member(mailing)
    ordered(visitor, person)
    make(mailing)
    both = [threading.Thread(target=sent, args=(mailing,)) for _each in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert len(letters(post)) == 1


def test_a_letter_that_may_have_gone_is_sent_again_under_the_same_name_but_not_for_days(
    mailing: Flask, post: socketserver.ThreadingTCPServer
) -> None:
    visitor, person = waiting_member(mailing)
    ordered(visitor, person)
    make(mailing)
    post.breaks = True  # type: ignore[attr-defined]
    assert sent(mailing) == 0
    post.breaks = False  # type: ignore[attr-defined]
    assert sent(mailing) == 0, "it is put off"
    with mailing.app_context():
        job = db.session.scalars(select(RenderJob)).one()
        assert job.mail_due is not None
        assert now() < job.mail_due <= now() + AGAIN
        job.mail_due = now()
        db.session.commit()
    assert (sent(mailing), sent(mailing)) == (1, 0)
    assert len({letter["Message-ID"] for letter in letters(post)}) == 1
    with mailing.app_context():
        job = db.session.scalars(select(RenderJob)).one()
        job.mail_due, job.ended = now(), now() - timedelta(days=2)
        db.session.commit()
    assert (sent(mailing), len(letters(post))) == (0, 2)


def test_without_a_server_for_mail_nobody_is_asked(app: Flask, visitor: Visitor) -> None:
    visitor.sign_up()
    assert "tell_by_mail" not in visitor.get("/profile").text
    visitor.post("/profile/settings", {"language": "en", "unit": "cm", "tell_by_mail": "y"})
    with app.app_context():
        assert not db.session.scalars(select(Account)).one().tell_by_mail
