# SPDX-License-Identifier: GPL-3.0-or-later
import base64
import io
import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from avatar_engine.appearance.beard import beards
from avatar_engine.appearance.palette import load_palette
from avatar_engine.appearance.styles import hair_styles
from avatar_engine.body.pose import POSES
from avatar_engine.errors import LookError
from avatar_engine.look import BeardChoice, GarmentChoice, HairChoice, Look, load_look, parse_look, save_look
from garments.catalogue import catalogue
from garments.prints import Print

WHOLE = """
pose = "a_pose"
seed = 7
studio = "plain"

[[garment]]
id = "trousers-straight"
size = "M"
fabric = "denim"
colours = { body = "#223355" }

[[garment]]
id = "t-shirt"

[hair]
style = "long"
colour = "auburn"
grey = 20

[beard]
style = "short"
colour = "red"

[skin]
tone = 8
undertone = "warm"
age = 52

[eyes]
colour = "hazel"
"""


def test_a_whole_look_reads_as_written(tmp_path):
    path = tmp_path / "look.toml"
    path.write_text(WHOLE)
    assert load_look(path) == Look(
        garments=(
            GarmentChoice("trousers-straight", "M", {"body": "#223355"}, "denim"),
            GarmentChoice("t-shirt", "made-to-measure", {}, None),
        ),
        hair=HairChoice("long", "auburn", grey=20),
        beard=BeardChoice("short", "red"),
        skin_tone=8,
        undertone="warm",
        skin_age=52,
        eye_colour="hazel",
        pose="a_pose",
        seed=7,
        studio="plain",
    )


def test_an_empty_look_is_the_usual_one():
    assert parse_look({}) == Look()


# key of the error, value of the error, part of its words, and the file
REFUSALS = [
    ("garment[1].id", "t-shrit", "Did you mean t-shirt", '[[garment]]\nid = "t-shrit"'),
    ("garment[1].id", "", "needs an id", '[[garment]]\nsize = "M"'),
    ("garment[1].size", "5XL", "made-to-measure, XS, S", '[[garment]]\nid = "sweater"\nsize = "5XL"'),
    ("garment[1].size", "EU 39", "a label such as EU 38", '[[garment]]\nid = "sweater"\nsize = "EU 39"'),
    ("garment[1].size", 38, "made-to-measure, XS", '[[garment]]\nid = "sweater"\nsize = 38'),
    ("garment[1].size", "M", "made-to-measure", '[[garment]]\nid = "base-layer"\nsize = "M"'),
    ("garment[1].fabric", "denin", "Did you mean denim?", '[[garment]]\nid = "sweater"\nfabric = "denin"'),
    ("garment[1].colours.bodi", "#fff", "Did you mean body?", '[[garment]]\nid = "sweater"\ncolours.bodi = "#fff"'),
    ("garment[1].colours.body", "red", "#rrggbb", '[[garment]]\nid = "sweater"\ncolours.body = "red"'),
    ("garment[1].colours.body", "navvy", 'Did you mean "#000080" (navy)?',
     '[[garment]]\nid = "sweater"\ncolours.body = "navvy"'),
    ("garment[1].colours.body", "#1a2", 'Did you mean "#11aa22"?',
     '[[garment]]\nid = "sweater"\ncolours.body = "#1a2"'),
    ("garment[1].colours.body", 3, "#rrggbb", '[[garment]]\nid = "sweater"\ncolours.body = 3'),
    ("garment[1].colour", "#ffffff", "Did you mean colours?", '[[garment]]\nid = "sweater"\ncolour = "#ffffff"'),
    ("garment[2].id", "sweater", "already worn", '[[garment]]\nid = "sweater"\n[[garment]]\nid = "sweater"'),
    ("garment[2].id", "skirt-circle", "trousers-straight is already worn there",
     '[[garment]]\nid = "trousers-straight"\n[[garment]]\nid = "skirt-circle"'),
    ("garment", "t-shirt", "[[garment]]", 'garment = "t-shirt"'),
    ("garment[1].print.kind", "strip", "Did you mean stripe", '[[garment]]\nid = "t-shirt"\nprint.kind = "strip"'),
    ("garment[1].print.repeat_cm", True, "cm",
     '[[garment]]\nid = "t-shirt"\nprint = { kind = "dots", repeat_cm = true }'),
    ("hair.style", "lnog", "Did you mean long?", '[hair]\nstyle = "lnog"'),
    ("hair.colour", "blonde", "Did you mean blond", '[hair]\ncolour = "blonde"'),
    ("hair.roots", "#12345", "dark_brown", '[hair]\nroots = "#12345"'),
    ("hair", "long", "[hair]", 'hair = "long"'),
    ("hair.grey", 101, "0 to 100", "[hair]\ngrey = 101"),
    ("beard.style", "stuble", "Did you mean stubble?", '[beard]\nstyle = "stuble"'),
    ("beard.colour", "purple", "dark_brown", '[beard]\ncolour = "purple"'),
    ("skin.undertone", "wram", "Did you mean warm?", '[skin]\nundertone = "wram"'),
    ("skin.age", 17, "18 to 100", "[skin]\nage = 17"),
    ("skin.tone", 11, "1 to 10", "[skin]\ntone = 11"),
    ("skin.tone", 2.5, "1 to 10", "[skin]\ntone = 2.5"),
    ("skin.tone", True, "1 to 10", "[skin]\ntone = true"),
    ("eyes.colour", "bleu", "Did you mean blue", '[eyes]\ncolour = "bleu"'),
    ("pose", "relax", "Did you mean relaxed?", 'pose = "relax"'),
    ("seed", -1, "0 to", "seed = -1"),
    ("studio", "../../etc", "small letters", 'studio = "../../etc"'),
    ("garments", [], "Did you mean garment?", "garments = []"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "value", "words", "text"), REFUSALS)
def test_what_cannot_be_used_is_named_with_what_can(key, value, words, text):
    with pytest.raises(LookError) as caught:
        parse_look(tomllib.loads(text), "my.toml")
    error = caught.value
    assert (error.file, error.key, error.value) == ("my.toml", key, value)
    assert words in f"{error.allowed}. {error.hint}"


@pytest.mark.parametrize("content", [b"\xff\xfe", b"seed = ", b"seed = 1\nseed = 2", b"a" * 100_000, b"[" * 30_000])
def test_a_file_that_is_no_look(content, tmp_path):
    path = tmp_path / "look.toml"
    path.write_bytes(content)
    with pytest.raises(LookError, match=r"look\.toml"):
        load_look(path)


def test_a_missing_file_is_named_with_what_probably_happened(tmp_path):
    (tmp_path / "summer.toml").touch()
    for path, said in (
        (tmp_path / "sumer.toml", f"Ce fichier n'existe pas dans {tmp_path}. Vouliez-vous dire summer.toml ?"),
        (tmp_path / "evening.toml", "Le nom est peut-être mal écrit, ou le chemin part d'un autre dossier"),
        (tmp_path / "looks" / "summer.toml", f"Le dossier {tmp_path / 'looks'} n'existe pas"),
        (tmp_path, "Il ne peut être lu : c'est un dossier"),
    ):
        with pytest.raises(LookError, match=f"'{path.name}' is not usable; allowed: a look, a TOML file") as caught:
            load_look(path)
        assert caught.value.say("fr").endswith(said)


@pytest.mark.parametrize(
    ("written", "read"), [("xxl", "2XL"), ("eu38", "EU 38"), ("men M", "men M"), ("women fr 40", "women FR 40")]
)
def test_sizes_are_read_as_labels_and_in_several_spellings(written, read):
    look = parse_look({"garment": [{"id": "sweater", "size": written}]})
    assert look.garments[0].size == read


def test_a_saved_look_takes_the_pictures_of_its_prints_along_and_overwrites_no_other(tmp_path):
    stream = io.BytesIO()
    Image.new("RGB", (8, 8), "#336699").save(stream, "PNG")
    picture = base64.b64encode(stream.getvalue()).decode()
    look = Look((GarmentChoice("t-shirt", printed=Print("tile", (), 4.0, "waves.png", picture)),))
    save_look(look, tmp_path / "look.toml")
    assert load_look(tmp_path / "look.toml") == look
    save_look(look, tmp_path / "again.toml")
    (tmp_path / "waves.png").write_bytes(b"another picture")
    with pytest.raises(LookError, match=r"waves\.png"):
        save_look(look, tmp_path / "third.toml")
    assert not (tmp_path / "third.toml").exists()
    assert (tmp_path / "waves.png").read_bytes() == b"another picture"


def test_a_long_value_is_cut_in_the_message_but_whole_in_the_error():
    with pytest.raises(LookError) as caught:
        parse_look({"pose": "x" * 5000}, "my.toml")
    assert len(str(caught.value)) < 400
    assert len(caught.value.value) == 5000


def _choices(spec):
    colour = st.from_regex(r"#[0-9a-f]{6}", fullmatch=True)
    colours = st.dictionaries(st.sampled_from(sorted(spec.slots)), colour)
    return st.builds(
        GarmentChoice, st.just(spec.id), st.sampled_from(spec.size_names()), colours, st.sampled_from([None, "denim"])
    )


HAIR_COLOURS = st.sampled_from(sorted(load_palette().hair)) | st.from_regex(r"#[0-9a-f]{6}", fullmatch=True)
LOOKS = st.builds(
    Look,
    garments=st.lists(st.sampled_from(list(catalogue().values())), unique_by=lambda spec: spec.layer).flatmap(
        lambda specs: st.tuples(*(_choices(spec) for spec in specs))
    ),
    hair=st.builds(
        HairChoice,
        st.sampled_from(sorted(hair_styles())),
        HAIR_COLOURS,
        st.none() | HAIR_COLOURS,
        st.none() | HAIR_COLOURS,
        st.integers(0, 100),
    ),
    beard=st.builds(BeardChoice, st.sampled_from(("none", *beards())), st.none() | HAIR_COLOURS),
    undertone=st.sampled_from(sorted(load_palette().undertones)),
    skin_age=st.none() | st.integers(18, 100),
    skin_tone=st.integers(1, 10),
    eye_colour=st.sampled_from(sorted(load_palette().eyes)),
    pose=st.sampled_from(POSES),
    seed=st.integers(0, 2**31 - 1),
)


@settings(max_examples=40, deadline=None)
@given(look=LOOKS)
def test_a_saved_look_reads_back_equal(look, tmp_path_factory):
    path = tmp_path_factory.mktemp("looks") / "look.toml"
    save_look(look, path)
    assert load_look(path) == look
