"""The documentation site: built as `make docs` builds it, its pages and their links."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from support.browser.servers import ROOT

SITE = ROOT / "docs" / "_build" / "html"


def build() -> None:
    """Run the command of `make docs`, without what an earlier build left; warnings are errors."""
    shutil.rmtree(SITE, ignore_errors=True)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (command,) = re.findall(r"^docs:.*\n\t(.+)$", makefile, flags=re.MULTILINE)
    command = command.replace("$(BIN)", str(Path(sys.executable).parent))
    run = subprocess.run(shlex.split(command), cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr


def pages() -> list[str]:
    """Every page of the site, as a path from its top."""
    found = (path.relative_to(SITE) for path in SITE.rglob("*.html"))
    return sorted(path.as_posix() for path in found if not path.parts[0].startswith("_"))


class _Parsed(HTMLParser):
    """The links of a page, and the anchors that a link can lead to."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors = {""}
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src"):
                self.links.append(value or "")
            elif name in ("id", "name"):
                self.anchors.add(value or "")


def broken_links() -> tuple[list[str], int]:
    """The links of all pages that lead to no file or no anchor of the site; the number of links.

    Links to other sites are left out.
    """
    parsed = {SITE / page: _Parsed(SITE / page) for page in pages()}
    broken, n_links = [], 0
    for page, content in parsed.items():
        for link in content.links:
            parts = urlsplit(link)
            if parts.scheme:
                assert parts.scheme in ("https", "http", "mailto", "data"), (page, link)
                continue
            n_links += 1
            path = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            leads = path.is_file() and path.is_relative_to(SITE)
            if leads and path in parsed:
                leads = unquote(parts.fragment) in parsed[path].anchors
            if not leads:
                broken.append(f"{page.relative_to(SITE)} links to {link}")
    return broken, n_links
