# SPDX-License-Identifier: GPL-3.0-or-later
"""The photo studio: a seamless backdrop that catches the person's shadow, softboxes, and the camera."""

from __future__ import annotations

from dataclasses import dataclass

import bpy
import numpy as np
from mathutils import Vector

from .camera import FOCAL_MM, SENSOR_HEIGHT_MM, View
from .develop import linear_colour
from .meshes import add_object, new_mesh
from .nodes import BACKGROUND, PRINCIPLED, node_of
from .presets import Light, Studio

SWEEP_WIDTH, SWEEP_FRONT, SWEEP_BACK, SWEEP_RADIUS, SWEEP_HEIGHT = 14.0, 7.0, 2.6, 1.6, 6.0


@dataclass(frozen=True)
class StudioScene:
    """Objects of a studio.

    Backdrop and lights hang from ``root``, whose scale and turn fit the studio to the person and the camera;
    ``lamps`` holds the power in watts of each lamp at scale 1.
    """

    root: bpy.types.Object
    backdrop: bpy.types.Object
    camera: bpy.types.Object
    lamps: tuple[tuple[bpy.types.AreaLight, float], ...]


def build_studio(scene: bpy.types.Scene, studio: Studio, collection: bpy.types.Collection | None = None) -> StudioScene:
    """Backdrop, lights, ambient light and camera, for a person of reference stature.

    ``collection``: that takes the objects, the scene's own where it is left out.
    """
    collection = collection or scene.collection
    root = add_object("Studio", None, collection)
    backdrop = add_object("Backdrop", _sweep(), collection)
    backdrop.data.materials.append(_paper(studio.backdrop))
    backdrop.parent = root
    softboxes = [_softbox(light, collection) for light in studio.lights]
    for softbox in softboxes:
        softbox.parent = root
    scene.world = _ambient(studio)
    camera = add_object("Camera", _lens(), collection)
    scene.camera = camera
    return StudioScene(root, backdrop, camera, tuple((each.data, each.data.energy) for each in softboxes))


def place(studio: StudioScene, view: View, scale: float) -> None:
    """Put the camera at a view, and turn and scale the studio so that its backdrop is behind the person."""
    studio.root.rotation_euler[2] = view.turn
    studio.root.scale = (scale, scale, scale)
    # A softbox at twice the distance needs four times the power for the same light.
    for lamp, power in studio.lamps:
        lamp.energy = power * scale**2
    studio.camera.location = view.position
    studio.camera.rotation_euler = (np.pi / 2.0, 0.0, view.turn)
    studio.camera.data.shift_y = view.shift_y


def _lens() -> bpy.types.Camera:
    lens = bpy.data.cameras.new("Camera")
    lens.sensor_fit = "VERTICAL"
    lens.sensor_height = SENSOR_HEIGHT_MM
    lens.lens = FOCAL_MM
    return lens


def _sweep() -> bpy.types.Mesh:
    """Floor that curves up into a wall behind the person."""
    angle = np.linspace(0.0, np.pi / 2.0, 25)
    curve_y = SWEEP_BACK + SWEEP_RADIUS * np.sin(angle)
    curve_z = SWEEP_RADIUS * (1.0 - np.cos(angle))
    y = np.concatenate([[-SWEEP_FRONT], curve_y, curve_y[-1:]])
    z = np.concatenate([[0.0], curve_z, [SWEEP_HEIGHT]])
    half = np.full(len(y), SWEEP_WIDTH / 2.0)
    vertices = np.concatenate([np.stack([-half, y, z], axis=1), np.stack([half, y, z], axis=1)])
    row = np.arange(len(y) - 1)
    faces = np.stack([row, row + len(y), row + len(y) + 1, row + 1], axis=1)
    return new_mesh("Backdrop", vertices, faces)


def _paper(colour: str) -> bpy.types.Material:
    material = bpy.data.materials.new("Paper")
    material.use_nodes = True
    inputs = node_of(material.node_tree, PRINCIPLED).inputs
    inputs["Base Color"].default_value = (*linear_colour(colour), 1.0)
    inputs["Roughness"].default_value = 0.9
    inputs["Specular IOR Level"].default_value = 0.1
    return material


def _softbox(light: Light, collection: bpy.types.Collection) -> bpy.types.Object:
    lamp = bpy.data.lights.new(light.name, "AREA")
    lamp.shape = "RECTANGLE"
    lamp.size, lamp.size_y = light.width_m, light.height_m
    # On its axis a Lambertian emitter of power P gives P / (pi d^2); a white surface then shows 1 / pi of that.
    lamp.energy = light.strength * np.pi**2 * light.distance_m**2
    lamp.color = linear_colour(light.colour)
    softbox = add_object(light.name, lamp, collection)
    azimuth, elevation = np.radians([light.azimuth_deg, light.elevation_deg])
    towards = Vector((np.sin(azimuth) * np.cos(elevation), -np.cos(azimuth) * np.cos(elevation), np.sin(elevation)))
    softbox.location = Vector(light.aim_m) + light.distance_m * towards
    softbox.rotation_euler = towards.to_track_quat("Z", "Y").to_euler()
    softbox.visible_camera = False
    return softbox


def _ambient(studio: Studio) -> bpy.types.World:
    world = bpy.data.worlds.new("Ambient")
    world.use_nodes = True
    inputs = node_of(world.node_tree, BACKGROUND).inputs
    inputs["Color"].default_value = (*linear_colour(studio.ambient_colour), 1.0)
    inputs["Strength"].default_value = studio.ambient
    return world
