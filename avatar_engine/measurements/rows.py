# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of cells out of a file that may be anything: bounded in size, memory and patience."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from avatar_engine.measurements.problem import Problem
from avatar_engine.system_errors import why_unread
from avatar_engine.words import Phrase, phrase

MAX_FILE_BYTES = 16_000_000
MAX_LINE_BYTES = 16_384
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


class Unreadable(Exception):  # noqa: N818  # it carries a problem to the reader of people, and ends the reading
    """The file cannot be read on."""

    def __init__(self, file: str, row: int | None, value: str, allowed: Phrase, hint: Phrase | None = None) -> None:
        self.problem = Problem(file, row, "", value, "", allowed, hint)
        super().__init__(self.problem.line())


def read_rows(path: Path, name: str) -> Iterator[tuple[int, list[str], str]]:
    """Row number (the header is 1), cells, and the separator; blank rows are left out.

    The separator is a semicolon where the header has more of them than commas.

    Parameters
    ----------
    name : the file's name in problems

    Raises
    ------
    Unreadable
    """
    separator = ""
    for number, line in _lines(path, name):
        if not separator:
            separator = ";" if line.count(";") > line.count(",") else ","
        try:
            cells = next(csv.reader([line], delimiter=separator, strict=True), [])
        except csv.Error:
            raise Unreadable(name, number, line, phrase("a_csv_row"), phrase("hint_quote")) from None
        if any(cell.strip() for cell in cells):
            yield number, [cell.strip() for cell in cells], separator


def _lines(path: Path, name: str) -> Iterator[tuple[int, str]]:
    number = total = 0
    try:
        _refuse_size(path.stat().st_size, name)
        with path.open("rb") as stream:
            while raw := stream.readline(MAX_LINE_BYTES + 1):
                number, total = number + 1, total + len(raw)
                _refuse_size(total, name)
                yield number, _decode(raw, number, name)
    except OSError as error:
        raise Unreadable(name, None, path.name, phrase("a_file"), why_unread(error, path)) from None


def _refuse_size(size: int, name: str) -> None:
    if size > MAX_FILE_BYTES:
        limit = phrase("a_file_size", limit=MAX_FILE_BYTES // 1_000_000)
        raise Unreadable(name, None, f"{size / 1e6:.1f} MB", limit, phrase("hint_split_file"))


def _decode(raw: bytes, number: int, name: str) -> str:
    if b"\0" in raw or raw.startswith(UTF16_MARKS):
        raise Unreadable(name, number, "", phrase("a_text_file"), phrase("hint_utf8"))
    if len(raw) > MAX_LINE_BYTES:
        limit = phrase("a_line_length", limit=MAX_LINE_BYTES)
        raise Unreadable(name, number, "", limit, phrase("hint_not_csv"))
    try:
        return raw.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        wrong = raw[error.start : error.end].hex()
        raise Unreadable(name, number, f"0x{wrong}", phrase("a_text_file"), phrase("hint_utf8")) from None
