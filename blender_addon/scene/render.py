# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures with Cycles: the person on a clear film, over a backdrop that shows their shadow."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import bpy
import numpy as np

from avatar_engine.errors import RenderError
from avatar_engine.resample import resampled
from avatar_engine.words import phrase

from .build import SceneAvatar
from .camera import FRAMINGS, carried_round, frame, studio_scale
from .develop import Linear, calmed, developed, over, write_picture
from .devices import ANY_DEVICE, CPU, DEVICE_KINDS
from .presets import Preset, chosen, studios
from .studio import StudioScene, build_studio, place

Progress = Callable[[float, str], None]
SAMPLE = re.compile(r"Sample (\d+)/(\d+)")
# Shadows on plain paper are soft, and what denoising leaves on it is calmed: with a quarter of the samples it looks
# the same (1 % of the pixels differ by more than 2.6 %, along the edges of shadows).
BACKDROP_HEIGHT_PX = 300
BACKDROP_SAMPLES = (16, 64)


def empty_scene() -> bpy.types.Scene:
    """Blender without anything in it, whatever the user's start-up file holds."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    return bpy.context.scene


class Photographer:
    """One studio in one Blender scene, and pictures of the avatars put into it.

    Parameters
    ----------
    scene : an empty scene
    studio : name of the studio; raises ``RenderError`` when there is none of that name
    device : one of ``DEVICES``; raises ``RenderError`` where Cycles finds none of that kind
    """

    def __init__(self, scene: bpy.types.Scene, studio: str = "plain", device: str = ANY_DEVICE) -> None:
        self.scene = scene
        self.studio: StudioScene = build_studio(scene, chosen("studio", studios(), studio))
        self.device = choose_device(scene, device)
        self._in_backdrops: SceneAvatar | None = None
        self._backdrops: dict[tuple[str, float, int, int], Linear] = {}

    def photograph(
        self,
        avatar: SceneAvatar,
        framing: str,
        preset: Preset,
        path: Path,
        progress: Progress | None = None,
        turn_deg: float = 0.0,
    ) -> None:
        """Render an avatar and write a PNG, whole or not at all.

        Parameters
        ----------
        framing : key of ``FRAMINGS``
        progress : called with the share done, never falling, and the step's name
        turn_deg : how far the camera walks on around the person, without framing them anew: pictures of a turntable

        Raises
        ------
        RenderError : when the framing is unknown or Cycles makes no picture
        OSError : when the picture cannot be written
        """
        report = progress or (lambda share, step: None)
        picture = self.before_backdrop(avatar, framing, preset, report, turn_deg)
        report(0.97, "developing")
        write_picture(developed(picture), path)
        report(1.0, "done")

    def before_backdrop(
        self, avatar: SceneAvatar, framing: str, preset: Preset, report: Progress, turn_deg: float = 0.0
    ) -> Linear:
        """The person in the studio, (h, w, 3) scene-linear, first row on top; raises ``RenderError``."""
        report(0.0, "backdrop")
        self._aim(avatar, framing, preset, turn_deg)
        backdrop = self._backdrop(avatar, framing, preset, turn_deg)
        layer = self.cut_out(avatar, framing, preset, lambda share: report(0.1 + 0.85 * share, "samples"), turn_deg)
        return over(layer, backdrop)

    def prepare(self, avatar: SceneAvatar, framing: str, preset: Preset, turn_deg: float = 0.0) -> None:
        """Render the backdrop of a picture, in the colours that the clothes have now; raises ``RenderError``."""
        self._aim(avatar, framing, preset, turn_deg)
        self._backdrop(avatar, framing, preset, turn_deg)

    def cut_out(
        self,
        avatar: SceneAvatar,
        framing: str,
        preset: Preset,
        progress: Callable[[float], None] | None = None,
        turn_deg: float = 0.0,
    ) -> Linear:
        """The person alone, (h, w, 4) scene-linear and premultiplied, first row on top; raises ``RenderError``."""
        self._aim(avatar, framing, preset, turn_deg)
        with _unseen(self.studio.backdrop):
            return self._render(preset, True, progress or (lambda share: None))

    def _aim(self, avatar: SceneAvatar, framing: str, preset: Preset, turn_deg: float) -> None:
        person = avatar.person
        points = person.outline()
        view = frame(points, person.stature, chosen("framing", FRAMINGS, framing), preset.aspect)
        if turn_deg:
            view = carried_round(view, (points.min(axis=0) + points.max(axis=0)) / 2.0, turn_deg)
        place(self.studio, view, studio_scale(person.stature))

    def _backdrop(self, avatar: SceneAvatar, framing: str, preset: Preset, turn_deg: float) -> Linear:
        """(h, w, 3) the studio with the person's shadow but without the person; kept while the person stays.

        Rendered apart and smaller, since shadows are soft: a shadow catcher in the person's picture would take twice
        as long as the person.
        """
        if avatar is not self._in_backdrops:
            self._in_backdrops, self._backdrops = avatar, {}
        key = (framing, turn_deg, preset.width_px, preset.height_px)
        if key not in self._backdrops:
            height_px = min(BACKDROP_HEIGHT_PX, preset.height_px)
            small = replace(
                preset,
                width_px=round(height_px * preset.aspect),
                height_px=height_px,
                samples=min(max(preset.samples // 2, BACKDROP_SAMPLES[0]), BACKDROP_SAMPLES[1]),
                denoise_quality="HIGH",
                noise=0.01,
            )
            with _unseen(*avatar.objects()):
                layer = self._render(small, False, lambda share: None)
            self._backdrops[key] = calmed(layer[..., :3])
        return resampled(self._backdrops[key], preset.width_px, preset.height_px)

    def _render(self, preset: Preset, clear: bool, progress: Callable[[float], None]) -> Linear:
        """(h, w, 4) scene-linear premultiplied picture, first row on top."""
        _configure(self.scene, preset, clear)
        with tempfile.TemporaryDirectory(prefix="atelier-") as folder, _reporting(progress):
            path = Path(folder) / "picture.exr"
            self.scene.render.filepath = str(path)
            bpy.ops.render.render(write_still=True)
            if not path.exists():
                raise RenderError(phrase("no_picture"), phrase("hint_doctor"))
            return _read_linear(path)


def choose_device(scene: bpy.types.Scene, wanted: str = ANY_DEVICE) -> str:
    """Let Cycles use a GPU where it finds one, or the kind of device that is wanted; returns the kind.

    Raises ``RenderError`` where there is no device of the kind wanted.
    """
    scene.render.engine = "CYCLES"
    preferences = bpy.context.preferences.addons["cycles"].preferences
    known = {entry[0] for entry in preferences.get_device_types(bpy.context)}
    for kind in DEVICE_KINDS if wanted == ANY_DEVICE else (wanted,):
        if kind not in known or kind == CPU:
            continue
        preferences.compute_device_type = kind
        preferences.refresh_devices()
        found = [device for device in preferences.devices if device.type == kind]
        if found:
            for device in preferences.devices:
                device.use = device.type == kind
            scene.cycles.device = "GPU"
            return kind
    if wanted not in (ANY_DEVICE, CPU):
        raise RenderError(phrase("no_device", device=wanted), phrase("hint_device"))
    preferences.compute_device_type = "NONE"
    scene.cycles.device = CPU
    return CPU


def _configure(scene: bpy.types.Scene, preset: Preset, clear: bool) -> None:
    render, cycles = scene.render, scene.cycles
    render.resolution_x, render.resolution_y, render.resolution_percentage = preset.width_px, preset.height_px, 100
    render.film_transparent = clear
    render.use_persistent_data = True
    render.image_settings.file_format = "OPEN_EXR"
    render.image_settings.color_mode = "RGBA"
    render.image_settings.color_depth = "32"
    cycles.samples = preset.samples
    cycles.use_adaptive_sampling = True
    cycles.adaptive_threshold = preset.noise
    # With a handful of large lights the light tree costs more than it saves.
    cycles.use_light_tree = False
    cycles.max_bounces, cycles.diffuse_bounces, cycles.glossy_bounces = 6, 2, 2
    cycles.transparent_max_bounces, cycles.transmission_bounces = 16, 2
    cycles.sample_clamp_indirect = 4.0
    cycles.caustics_reflective = cycles.caustics_refractive = False
    cycles.use_denoising = True
    try:
        cycles.denoiser = "OPENIMAGEDENOISE"
    except TypeError:  # some systems build Blender without it: pictures are as noisy as their samples leave them
        cycles.use_denoising = False
        return
    cycles.denoising_input_passes = "RGB_ALBEDO_NORMAL"
    cycles.denoising_prefilter = "ACCURATE"
    cycles.denoising_quality = preset.denoise_quality


@contextmanager
def _unseen(*things: bpy.types.Object) -> Iterator[None]:
    """Objects that cast shadows and reflect light but are not in the picture."""
    try:
        for thing in things:
            thing.visible_camera = False
        yield
    finally:
        for thing in things:
            thing.visible_camera = True


@contextmanager
def _reporting(progress: Callable[[float], None]) -> Iterator[None]:
    """Progress of the samples while a picture renders."""
    furthest = 0.0

    def listen(statistics: str, *_: object) -> None:
        nonlocal furthest
        found = SAMPLE.search(statistics)
        if found and int(found[2]):
            furthest = max(furthest, int(found[1]) / int(found[2]))
            progress(furthest)

    bpy.app.handlers.render_stats.append(listen)
    try:
        yield
    finally:
        bpy.app.handlers.render_stats.remove(listen)


def _read_linear(path: Path) -> Linear:
    image = bpy.data.images.load(str(path))
    try:
        width, height = image.size
        pixels = np.empty(width * height * 4, dtype=np.float32)
        image.pixels.foreach_get(pixels)
        return pixels.reshape(height, width, 4)[::-1]
    finally:
        bpy.data.images.remove(image)
