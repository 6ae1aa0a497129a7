# SPDX-License-Identifier: GPL-3.0-or-later
"""Orders turned into files: while one person is photographed, the next is dressed."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from avatar_engine.avatar import BodyResult
from avatar_engine.errors import AvatarError
from avatar_engine.export.avatar_glb import write_avatar_glb
from avatar_engine.export.whole_file import write_whole
from avatar_engine.words import Phrase
from blender_addon.scene.dressing import REST, Dressing, Order
from blender_addon.scene.person import DressedAvatar
from render_service.legend import Legend
from render_service.made import Made
from render_service.worker import RenderWorker

DRAPES = {"draft": "interactive", "standard": "final", "final": "final"}


@dataclass(frozen=True)
class Style:
    """How pictures are taken.

    pictures, avatars : False where no picture, or no file in 3D, is wanted
    fit_map : a map of the fit to show on the cloth, with a legend in ``language``
    """

    preset: str = "standard"
    camera: str = "front"
    pictures: bool = True
    fit_map: str | None = None
    language: str = "en"
    avatars: bool = True

    def file_name(self, order: Order, suffix: str) -> str:
        """Where an order's file goes: NAME.png, or NAME.fit-ease.png with a map."""
        return f"{order.name}{suffix}" if self.fit_map is None else f"{order.name}.fit-{self.fit_map}{suffix}"


@dataclass(frozen=True)
class Finished:
    """A file of an order that is whole, the body it shows, and what may show in it where it was made now."""

    order: Order
    body: BodyResult
    path: Path
    cautions: tuple[Phrase, ...] = ()

    @property
    def subject(self) -> str:
        """What a line of progress says."""
        return self.path.name


@dataclass(frozen=True)
class Failed:
    """An order that could not be made, or not wholly."""

    order: Order
    error: AvatarError

    @property
    def subject(self) -> str:
        """What a line of progress says."""
        return self.order.name


@dataclass(frozen=True)
class _Exposure:
    """A picture being taken."""

    order: Order
    body: BodyResult
    path: Path
    recipe: str
    cautions: tuple[Phrase, ...]
    rendering: Future[None]


class Production:
    """Files of many orders in one folder; what is up to date there is not made again."""

    def __init__(self, out: Path, style: Style) -> None:
        self._out, self._style, self._made = out, style, Made(out)
        self._drape = DRAPES[style.preset]
        self._worker = RenderWorker()

    def files_per_order(self) -> int:
        """How many files, or failures, come of each order at most."""
        return int(self._style.pictures) + int(self._style.avatars)

    def make(self, orders: Sequence[Order]) -> Generator[Finished | Failed, None, None]:
        """Make all orders, yielding each file when it is whole and each order that fails.

        Closing the generator, or an interrupt, gives up the picture being taken and leaves whole files only.
        """
        with self._worker, ThreadPoolExecutor(max_workers=1) as camera:
            taken: _Exposure | None = None
            try:
                for order in orders:
                    outcome: _Exposure | Finished | Failed | None
                    try:
                        body = order.body()
                        pose = order.look.pose if self._style.pictures else REST
                        dressing = Dressing(body.body, order.shown(), pose, self._drape)
                        if self._style.avatars:
                            yield self._avatar_file(order, body, dressing)
                        outcome = self._expose(order, body, dressing, camera) if self._style.pictures else None
                    except AvatarError as error:
                        outcome = Failed(order, error)
                    if taken is not None:
                        yield self._develop(taken)
                    taken = outcome if isinstance(outcome, _Exposure) else None
                    if isinstance(outcome, Finished | Failed):
                        yield outcome
                if taken is not None:
                    yield self._develop(taken)
            except BaseException:
                self._worker.cancel()
                raise

    def _avatar_file(self, order: Order, body: BodyResult, dressing: Dressing) -> Finished:
        path, fit_map = self._out / self._style.file_name(order, ".glb"), self._style.fit_map
        recipe = self._made.recipe(order.body_recipe(), order.look, self._drape, fit_map)
        if self._made.has(path, recipe):
            return Finished(order, body, path)
        outfit, appearance = dressing.at_rest()
        write_avatar_glb(path, body.body, outfit, appearance, dressing.map_colours(fit_map))
        self._made.add(path, recipe)
        return Finished(order, body, path, outfit.cautions)

    def _expose(
        self, order: Order, body: BodyResult, dressing: Dressing, camera: ThreadPoolExecutor
    ) -> Finished | _Exposure:
        """Queue the picture of somebody dressed, unless it is up to date."""
        path, style = self._out / self._style.file_name(order, ".png"), self._style
        recipe = self._made.recipe(order.body_recipe(), order.look, style)
        if self._made.has(path, recipe):
            return Finished(order, body, path)
        legend = None if style.fit_map is None else Legend(style.fit_map, dressing.fitted(), style.language)
        rendering = camera.submit(self._photograph, dressing.posed(style.fit_map), path, order.look.studio, legend)
        return _Exposure(order, body, path, recipe, dressing.cautions(), rendering)

    def _photograph(self, person: DressedAvatar, path: Path, studio: str, legend: Legend | None) -> None:
        """Take a picture; one with a legend is taken under another name first, so that none stands there without."""
        style = self._style
        if legend is None:
            self._worker.render(person, path, studio, style.camera, style.preset)
            return
        plain = path.with_name(f".{path.name}")
        try:
            self._worker.render(person, plain, studio, style.camera, style.preset)
            write_whole(path, legend.beside(plain))
        finally:
            plain.unlink(missing_ok=True)

    def _develop(self, exposure: _Exposure) -> Finished | Failed:
        """Wait for a picture."""
        try:
            exposure.rendering.result()
        except AvatarError as error:
            return Failed(exposure.order, error)
        self._made.add(exposure.path, exposure.recipe)
        return Finished(exposure.order, exposure.body, exposure.path, exposure.cautions)
