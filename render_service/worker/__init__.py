# SPDX-License-Identifier: GPL-3.0-or-later
"""A warm process that renders: the client's side here, Blender's side in ``server``."""

from render_service.worker.client import RenderCancelledError, RenderWorker

__all__ = ["RenderCancelledError", "RenderWorker"]
