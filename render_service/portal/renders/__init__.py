# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures to order: orders, the queue in the database, the gallery. ``render_service.jobs`` makes them."""
