"""A server on loopback as a context, the folders of this repository, and what draws widgets."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[3]
SCREENSHOTS = ROOT / "tests" / "screenshots"
PACKAGES = ROOT / "node_modules"

# What a page loads that draws the widgets of a notebook.
REQUIRE = PACKAGES / "requirejs" / "require.js"
HTML_MANAGER = PACKAGES / "@jupyter-widgets" / "html-manager" / "dist" / "embed-amd.js"
ANYWIDGET = Path(sys.prefix, "share", "jupyter", "nbextensions", "anywidget", "index.js")


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serving(
    command: Sequence[str], ready: str, log: Path, env: Mapping[str, str]
) -> Iterator[None]:
    """Run ``command`` until the context ends; enter it when the address ``ready`` responds."""
    with log.open("wb") as out:
        server = subprocess.Popen(
            command, stdout=out, stderr=subprocess.STDOUT, env={**os.environ, **env}
        )
    try:
        _wait_until_up(server, ready, log)
        yield
    finally:
        server.terminate()  # it ends its own child processes
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()


def _wait_until_up(server: subprocess.Popen, url: str, log: Path, seconds: float = 180) -> None:
    end = time.monotonic() + seconds
    while server.poll() is None and time.monotonic() < end:
        try:
            urllib.request.urlopen(url, timeout=2).read()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"{url} did not respond:\n{log.read_text()[-2000:]}")
