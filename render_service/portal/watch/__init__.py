# SPDX-License-Identifier: GPL-3.0-or-later
"""For whoever runs the site: figures, a status page, and logs that programs read."""
