# SPDX-License-Identifier: GPL-3.0-or-later
"""All that the panel says has a French word, found in its sources."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from blender_addon.translations import french

ADDON = Path(__file__).parent.parent.parent / "blender_addon"
# Functions whose last text argument is said, and the arguments of properties that are shown.
SPEAKING = ("said", "reported", "refused")
SHOWN = ("name", "description")
# Functions that return why something cannot be done.
EXPLAINING = ("obstacle", "busy")
SAME = {"Avatar", "Atelier"}


def spoken(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and any("bpy.types.Operator" in ast.unparse(base) for base in node.bases):
            yield (ast.get_docstring(node) or "").split("\n")[0]
        if isinstance(node, ast.Assign) and any(ast.unparse(target) == "bl_label" for target in node.targets):
            yield from texts(node.value)
        if isinstance(node, ast.FunctionDef) and node.name in EXPLAINING:
            for answer in [each for each in ast.walk(node) if isinstance(each, ast.Return) and each.value]:
                for part in ast.walk(answer.value):
                    yield from texts(part)
        if isinstance(node, ast.Call):
            yield from called(node)


def called(node: ast.Call) -> Iterator[str]:
    name = ast.unparse(node.func).rpartition(".")[2]
    given = {keyword.arg: keyword.value for keyword in node.keywords}
    if name in SPEAKING:
        for argument in node.args:
            yield from texts(argument)
    for key in SHOWN if name.endswith("Property") else ():
        if key in given:
            yield from texts(given[key])
    if "text_ctxt" in given and "text" in given:
        yield from texts(given["text"])


def texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value


def test_every_word_of_the_panel_is_said_in_french() -> None:
    words = french()
    missing = {
        (path.relative_to(ADDON).as_posix(), text)
        for path in ADDON.rglob("*.py")
        if path.parts[len(ADDON.parts)] not in ("batch", "scene")
        for text in spoken(ast.parse(path.read_text(encoding="utf-8")))
        if text not in words and text not in SAME
    }
    assert not missing
