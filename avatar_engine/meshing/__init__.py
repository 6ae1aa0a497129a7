# SPDX-License-Identifier: GPL-3.0-or-later
"""From a point cloud or a scan to a clean mesh."""
