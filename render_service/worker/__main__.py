# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m render_service.worker``: render jobs from standard input until it closes."""

from render_service.worker.server import main

main()
