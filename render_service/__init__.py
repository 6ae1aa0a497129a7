# SPDX-License-Identifier: GPL-3.0-or-later
"""The service around the engine: the ``atelier`` command, the render worker and what they need to run."""
