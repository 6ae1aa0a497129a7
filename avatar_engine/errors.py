# SPDX-License-Identifier: GPL-3.0-or-later
"""The errors the engine raises: data first, so that each surface can word them in its own language."""

from __future__ import annotations


class AvatarError(Exception):
    """Root of every error a user of Atelier may meet."""


class MeasurementError(AvatarError):
    """A measurement cannot be used.

    Parameters
    ----------
    field : key of the measurement, or the column's name
    value : what was given, as given
    unit : unit the value was read in ("cm", "mm", "in", "kg", "years" or "")
    allowed : what would have been accepted, in words and that unit
    hint : what probably happened
    """

    def __init__(self, field: str, value: object, unit: str, allowed: str, hint: str = "") -> None:
        self.field, self.value, self.unit, self.allowed, self.hint = field, value, unit, allowed, hint
        shown = f"{value!r}" if isinstance(value, str) else f"{value}"
        text = f"{field}: {shown}{' ' + unit if unit else ''} is not usable; allowed: {allowed}"
        super().__init__(f"{text}. {hint}" if hint else text)


class AssetError(AvatarError):
    """A file that belongs to the installation is missing or damaged."""

    def __init__(self, path: str, expected: str, hint: str) -> None:
        self.path, self.expected, self.hint = path, expected, hint
        super().__init__(f"{path}: expected {expected}. {hint}")


class FitError(AvatarError):
    """A garment cannot be fitted cleanly; says where, and by how much it fails."""

    def __init__(self, garment: str, where: str, amount_mm: float, hint: str) -> None:
        self.garment, self.where, self.amount_mm, self.hint = garment, where, amount_mm, hint
        super().__init__(f"{garment}: does not fit at {where} ({amount_mm:.1f} mm). {hint}")


class LookError(AvatarError):
    """A look asks for something that does not exist."""

    def __init__(self, file: str, key: str, value: object, allowed: str, hint: str = "") -> None:
        self.file, self.key, self.value, self.allowed, self.hint = file, key, value, allowed, hint
        text = f"{file}: {key} = {value!r} is not usable; allowed: {allowed}"
        super().__init__(f"{text}. {hint}" if hint else text)


class RenderError(AvatarError):
    """A picture could not be made."""

    def __init__(self, what: str, hint: str) -> None:
        self.what, self.hint = what, hint
        super().__init__(f"{what}. {hint}")
