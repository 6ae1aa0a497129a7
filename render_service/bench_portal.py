# SPDX-License-Identifier: GPL-3.0-or-later
"""The portal under load: visitors on loopback who look at pages and make avatars, and how long they wait.

``python -m render_service.bench_portal`` starts a site of its own, lets 200 visitors in for 60 seconds, prints a table
and ends with 1 where a promise of docs/operations.md is not kept. Each visitor has a session, looks at pages with some
seconds in between, and every twenty seconds or so sends measurements that nobody sent before.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
import resource
import ssl
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle

import click
import httpx
import numpy as np

PAGES = ("/", "/measure", "/people", "/privacy", "/login")
AVATAR, PAGE = "avatar", "page"
PROMISED_S = {PAGE: 0.3, AVATAR: 1.5}
PAUSE_S = (3.0, 7.0)
PAGES_PER_AVATAR = 4  # with the pauses above an avatar about every twenty seconds
WARM_S = 60.0
PATIENCE_S = 60.0
WITHOUT_TLS = ssl.SSLContext(
    ssl.PROTOCOL_TLS_CLIENT
)  # one for all: a context each would keep the visitors from visiting
START = "from render_service.cli import main; main()"
ANY = str(10**6)
OPTIONS = {f"ATELIER_LIMIT_{name}": ANY for name in ("MAKE", "CHANGE")} | {"ATELIER_WORKER": "false"}


@dataclass
class Seen:
    """What the visitors waited for: seconds by kind, and answers that were no answer."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failures: list[str] = field(default_factory=list)

    async def wait_for(self, kind: str, client: httpx.AsyncClient, method: str, path: str, **sent: object) -> None:
        """Send a request and note how long its whole answer took."""
        begun = time.perf_counter()
        try:
            answer = await client.request(method, path, **sent)  # type: ignore[arg-type]
        except httpx.HTTPError as error:
            self.failures.append(f"{path}: {type(error).__name__}")
            return
        self.seconds[kind].append(time.perf_counter() - begun)
        if answer.status_code != 200:
            self.failures.append(f"{path}: {answer.status_code}")


@click.command()
@click.option("--users", type=click.IntRange(1), default=200, show_default=True)
@click.option("--seconds", type=click.IntRange(1), default=60, show_default=True)
def main(users: int, seconds: int) -> None:
    """Measure, print, and end with 1 where a promise is broken."""
    with tempfile.TemporaryDirectory() as data, _site(data) as address:
        seen = asyncio.run(_crowd(address, users, seconds))
    own, sites = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    click.echo(
        f"{users} visitors for {seconds} s; processor time of the site, its start included, "
        f"{sites.ru_utime + sites.ru_stime:.0f} s, of the visitors {own.ru_utime + own.ru_stime:.0f} s; "
        f"load of the machine at the end {os.getloadavg()[0]:.1f}"
    )
    click.echo("| what | answers | median | p95 | slowest | promised p95 |\n|---|---|---|---|---|---|")
    kept = not seen.failures
    for kind, promised in PROMISED_S.items():
        median, p95, slowest = np.percentile(seen.seconds[kind] or [np.inf], [50, 95, 100]) * 1000.0
        kept = kept and p95 < promised * 1000.0
        click.echo(
            f"| {kind} | {len(seen.seconds[kind])} | {median:.0f} ms | {p95:.0f} ms | {slowest:.0f} ms | "
            f"{promised * 1000.0:.0f} ms |"
        )
    click.echo(f"failures: {len(seen.failures)} {sorted(set(seen.failures))[:5] if seen.failures else ''}")
    raise SystemExit(not kept)


@contextmanager
def _site(data: str) -> Iterator[str]:
    """A site of its own, warm; its address."""
    command = [sys.executable, "-c", START, "serve", "--port", "0", "--data", data]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=os.environ | OPTIONS
    ) as process:
        try:
            assert process.stdout  # noqa: S101  # as asked for above
            found = re.search(r"http://\S+?(?=/$)", process.stdout.readline())
            if found is None:
                raise click.ClickException("the site did not start")
            _warm(found.group())
            yield found.group()
        finally:
            process.terminate()


def _warm(address: str) -> None:
    """Wait until an avatar is made as fast as the next one, as it is for all visitors but the first."""
    with httpx.Client(base_url=address, timeout=WARM_S) as client:
        token = client.get("/session").json()["csrf_token"]
        for stature in (165, 175, 185):
            client.post("/generate", json={"measurements": {"stature": stature}}, headers={"X-CSRFToken": token})


async def _crowd(address: str, users: int, seconds: int) -> Seen:
    seen = Seen()
    end = time.monotonic() + seconds
    await asyncio.gather(*(_visit(address, seed, end, seen) for seed in range(users)))
    return seen


async def _visit(address: str, seed: int, end: float, seen: Seen) -> None:
    """One visitor: pages with pauses, and an avatar now and then."""
    dice = random.Random(seed)  # noqa: S311  # the same crowd every time
    pages, step = cycle(dice.sample(PAGES, len(PAGES))), dice.randrange(PAGES_PER_AVATAR)
    async with httpx.AsyncClient(base_url=address, timeout=PATIENCE_S, verify=WITHOUT_TLS) as client:
        await asyncio.sleep(dice.uniform(0.0, PAUSE_S[1]))
        token = (await client.get("/session")).json()["csrf_token"]
        while time.monotonic() < end:
            await seen.wait_for(PAGE, client, "GET", next(pages))
            step += 1
            if step % PAGES_PER_AVATAR == 0:
                wish = {"measurements": {"stature": dice.uniform(155, 190), "waist_girth": dice.uniform(65, 105)}}
                await seen.wait_for(AVATAR, client, "POST", "/generate", json=wish, headers={"X-CSRFToken": token})
            await asyncio.sleep(dice.uniform(*PAUSE_S))


if __name__ == "__main__":
    main()
