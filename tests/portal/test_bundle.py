# SPDX-License-Identifier: GPL-3.0-or-later
"""The viewer's script: small, and what its sources make."""

from __future__ import annotations

import gzip
import subprocess
from pathlib import Path

PORTAL = Path(__file__).parents[2] / "render_service" / "portal"
BUNDLE = PORTAL / "static" / "viewer.js"


def test_the_viewer_is_under_200_kilobytes() -> None:
    assert len(gzip.compress(BUNDLE.read_bytes(), 9)) < 200_000


def test_the_viewer_is_what_its_sources_make(tmp_path: Path) -> None:
    frontend = PORTAL / "frontend"
    assert (frontend / "node_modules").is_dir(), "npm ci in render_service/portal/frontend is missing"
    command = ["npm", "run", "-s", "build", "--", f"--outfile={tmp_path / 'viewer.js'}", "--log-level=warning"]
    subprocess.run(command, cwd=frontend, check=True, capture_output=True)
    assert (tmp_path / "viewer.js").read_bytes() == BUNDLE.read_bytes()
