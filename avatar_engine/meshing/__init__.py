# SPDX-License-Identifier: GPL-3.0-or-later
"""From a point cloud to a clean mesh."""
