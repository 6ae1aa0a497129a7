# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of one's own on cloth: sniffed, written anew, in true scale everywhere, and their owner's alone."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable

import numpy as np
import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from avatar_engine.look import load_look
from render_service.jobs.photographs import Sitting
from render_service.portal.extensions import db
from render_service.portal.prints.models import PrintPicture
from render_service.portal.prints.pictures import LONGEST_PX, reader, written_anew
from render_service.portal.renders.models import DONE, RenderJob
from tests.portal.conftest import PASSWORD, Visitor, text_of

JSON = {"Accept": "application/json"}


def two_stripes(size: tuple[int, int] = (60, 30), kind: str = "PNG", **options: object) -> bytes:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", size, (200, 30, 30))
    image.paste((20, 40, 160), (size[0] // 2, 0, *size))
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def send(visitor: Visitor, content: bytes, name: str = "stripes.png"):
    return visitor.post("/prints", {"picture": (io.BytesIO(content), name)}, headers=JSON)  # type: ignore[dict-item]


@pytest.fixture
def person(visitor: Visitor) -> str:
    visitor.sign_up()
    return visitor.measure().rsplit("/", 1)[1]


def look_with(file: str) -> dict[str, object]:
    return {"garment": [{"id": "t-shirt", "print": {"kind": "tile", "tile": file, "repeat_cm": 12.0}}]}


def test_a_picture_is_printed_in_the_viewer_in_files_and_for_the_camera(
    app: Flask, visitor: Visitor, person: str, tmp_path
) -> None:
    kept = send(visitor, two_stripes()).get_json()
    look = look_with(kept["file"])
    told = visitor.ask("/update_cloth", person=person, look=look, save=True).get_json()
    (shirt,) = [part for part in told["parts"] if part["name"] == "t-shirt"]
    assert shirt["print"]["repeat_m"] == [0.12, 0.06]
    with Image.open(io.BytesIO(visitor.get(shirt["print"]["picture"]).data)) as tile:
        assert (tile.size, tile.getpixel((5, 5)), tile.getpixel((50, 5))) == ((60, 30), (200, 30, 30), (20, 40, 160))
    assert f'<option value="tile:{kept["file"]}">stripes</option>' in visitor.get(f"/people/{person}").text
    saved = visitor.ask(f"/people/{person}/looks", name="Sunday", look=look).get_json()
    with zipfile.ZipFile(io.BytesIO(visitor.get(f"/people/{person}/looks/{saved['id']}.toml").data)) as packed:
        packed.extractall(tmp_path)
    (choice,) = load_look(tmp_path / "look.toml").garments
    assert choice.printed is not None
    assert choice.printed.pixels()[5, 5].tolist() == [200, 30, 30]
    assert visitor.ask("/renders", person=person, quality="draft").status_code == 201
    with app.app_context():
        job = db.session.scalars(select(RenderJob)).one()
        ordered = Sitting(job.wish, job.person_id, reader(job.account_id))
        assert ordered._look.garments[0].printed == choice.printed


def test_what_is_kept_is_the_pixels_alone_upright_opaque_and_not_large() -> None:
    photograph = Image.fromarray(np.random.default_rng(1).integers(0, 255, (900, 2400, 3), dtype=np.uint8), "RGB")
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Somebody's camera"
    stream = io.BytesIO()
    photograph.save(stream, "JPEG", exif=exif, comment=b"at home", icc_profile=b"x" * 200)
    kind, content = written_anew(stream.getvalue())
    assert kind == "jpg"
    assert len(content) <= 1024 * 1024
    assert b"camera" not in content
    with Image.open(io.BytesIO(content)) as image:
        assert image.size == (384, LONGEST_PX)
        assert not image.getexif()
        assert {"comment", "icc_profile"}.isdisjoint(image.info)
    clear = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    stream = io.BytesIO()
    clear.save(stream, "WEBP", lossless=True)
    kind, content = written_anew(stream.getvalue())
    with Image.open(io.BytesIO(content)) as image:
        assert (kind, image.mode, image.getpixel((9, 9))) == ("png", "RGB", (255, 255, 255))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a" + bytes(200),
        two_stripes(kind="GIF"),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        two_stripes()[:60],
        two_stripes((4, 400)),
        two_stripes((8000, 6000)),
    ],
    ids=["nothing", "forged", "gif", "svg", "torn", "narrow", "48 megapixels"],
)
def test_what_is_no_picture_or_too_large_is_refused_in_words(visitor: Visitor, content: bytes) -> None:
    visitor.sign_up()
    answer = send(visitor, content)
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert "picture" in answer.get_json()["detail"] or "10 MB" in answer.get_json()["detail"]


def test_what_is_larger_than_a_picture_may_be_is_not_even_read(visitor: Visitor) -> None:
    visitor.sign_up()
    answer = visitor.client.post(
        "/prints",
        input_stream=io.BytesIO(b"--x\r\n"),
        content_type="multipart/form-data; boundary=x",
        headers=JSON,
        environ_overrides={"CONTENT_LENGTH": "12000000"},
    )
    assert (answer.status_code, "10 MB" in answer.get_json()["detail"]) == (413, True)


def test_erasing_a_print_leaves_plain_cloth_and_waits_for_pictures_that_need_it(
    app: Flask, visitor: Visitor, person: str
) -> None:
    file = send(visitor, two_stripes()).get_json()["file"]
    visitor.ask(f"/people/{person}/looks", name="Sunday", look=look_with(file))
    visitor.ask("/renders", person=person)
    visitor.post(f"/prints/{file}/delete")
    assert visitor.get(f"/prints/{file}").status_code == 200
    assert "once they are ready" in text_of(visitor.get("/prints"))
    with app.app_context():
        db.session.scalars(select(RenderJob)).one().state = DONE
        db.session.commit()
    assert visitor.post(f"/prints/{file}/delete").status_code == 302
    assert visitor.get(f"/prints/{file}").status_code == 404
    answer = visitor.ask("/update_cloth", person=person)
    (shirt,) = [part for part in answer.get_json()["parts"] if part["name"] == "t-shirt"]
    assert "print" not in shirt


def test_prints_are_their_accounts_alone_and_go_with_it(
    app: Flask, visitor: Visitor, another: Callable[[], Visitor], person: str
) -> None:
    file = send(visitor, two_stripes()).get_json()["file"]
    stranger, nobody = another(), another()
    stranger.sign_up("stranger@example.org")
    theirs = stranger.measure().rsplit("/", 1)[1]
    for path, more in (("/update_cloth", {}), (f"/people/{theirs}/looks", {"name": "x"}), ("/renders", {})):
        asked = more if "looks" in path else {"person": theirs}
        assert stranger.ask(path, look=look_with(file), **asked).status_code == 422, path
    assert nobody.ask("/generate", measurements={"stature": 170}, look=look_with(file)).status_code == 422
    assert send(nobody, two_stripes()).status_code in (302, 401)
    with zipfile.ZipFile(io.BytesIO(visitor.get("/profile/export").data)) as packed:
        assert packed.read(f"prints/{file}") == visitor.get(f"/prints/{file}").data
        (told,) = json.loads(packed.read("atelier.json"))["prints"]
        assert (told["file"], told["name"]) == (file, "stripes")
    visitor.post("/profile/erase", {"current": PASSWORD})
    with app.app_context():
        assert db.session.scalars(select(PrintPicture)).all() == []
