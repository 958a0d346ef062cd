"""The documents of the repository: their blocks of code, their links and their anchors."""

from __future__ import annotations

import json
import re
import textwrap
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]

PAGES = sorted(
    page
    for pattern in ("*.md", "benchmarks/*.md", "docs/**/*.md", "examples/*.md")
    for page in ROOT.glob(pattern)
    if "_build" not in page.parts
)

_FENCED = re.compile(r"^( *)(`{3,})([^\n`]*)\n(.*?)^\1\2 *$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"(?<!`)`([^`]+)`(?!`)")
_LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|srcset|href)=\"([^\"]+)\"")


class Block(NamedTuple):
    """A block between two lines of backticks."""

    language: str
    code: str
    line: int
    """The line of the page on which the code begins, from 1."""
    follows: str
    """The language of the block directly before this one, or "" if there is a sentence between."""


def name_of(page: Path) -> str:
    """The path of a page in the repository."""
    return page.relative_to(ROOT).as_posix()


def blocks_of(page: Path, *languages: str) -> list[Block]:
    """The blocks of a page, or those in these languages."""
    text = page.read_text(encoding="utf-8")
    found: list[Block] = []
    end = 0
    for match in _FENCED.finditer(text):
        line = text.count("\n", 0, match.start(4)) + 1
        is_next = found and not text[end : match.start()].strip()
        language = match[3].strip().partition(" ")[0]
        follows = found[-1].language if is_next else ""
        found.append(Block(language, textwrap.dedent(match[4]), line, follows))
        end = match.end()
    return [block for block in found if not languages or block.language in languages]


def inline_code_of(page: Path) -> list[str]:
    """The code within the sentences of a page, each on one line."""
    prose = _FENCED.sub("\n", page.read_text(encoding="utf-8"))
    return [" ".join(code.split()) for code in _INLINE.findall(prose)]


def links_of(page: Path) -> list[str]:
    """Where the links and pictures of a page or notebook lead to."""
    text = page.read_text(encoding="utf-8")
    if page.suffix == ".ipynb":
        cells = json.loads(text)["cells"]
        text = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    return [first or second for first, second in _LINK.findall(_FENCED.sub("\n", text))]


def lists_of(page: Path) -> set[Path]:
    """The files of the repository that a page links to, or has in its tables of contents."""
    entries = [
        f"{entry.rstrip('>').rpartition('<')[2]}.md"
        for block in blocks_of(page, "{toctree}")
        for entry in block.code.splitlines()
        if entry and not entry.startswith(":")
    ]
    return {(page.parent / link.partition("#")[0]).resolve() for link in links_of(page) + entries}


def anchors_of(page: Path) -> set[str]:
    """The anchors of the headings of a page, as GitHub makes them."""
    prose = _FENCED.sub("\n", page.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ (.+)$", prose, flags=re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def tables_of(page: Path, first: str) -> list[dict[str, str]]:
    """The first two cells of each row, of every table whose first heading this is."""
    found = re.findall(
        rf"^\| {first} \|.*\n\|---.*\n((?:\|.*\n)+)", page.read_text("utf-8"), re.MULTILINE
    )
    return [_first_cells(table) for table in found]


def _first_cells(table: str) -> dict[str, str]:
    cells = [line.split("|")[1:3] for line in table.splitlines()]
    return {name: kind.strip() for names, kind in cells for name in re.findall(r"`([^`]+)`", names)}
