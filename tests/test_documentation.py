"""The README and the documents: their size, their links, and all the code that they show."""

from __future__ import annotations

import inspect
import io
import json
import re
import textwrap
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from types import FunctionType

import flair
import pytest
import yaml
from support.commands import command_lines, is_command, try_command
from support.documents import (
    PAGES,
    ROOT,
    Block,
    anchors_of,
    blocks_of,
    inline_code_of,
    links_of,
    lists_of,
    name_of,
)
from support.given import make_files, make_names, write_news
from support.makers import Maker
from support.markup import Reader

import flair_lig_widget
from flair_lig_widget import AttributionWidget

MOST_LINES = 110
"""The README fits on a screen or two."""

NOTEBOOKS = sorted((ROOT / "examples").glob("*.ipynb"))

READERS = {"html": Reader, "json": json.loads, "yaml": yaml.safe_load}

LANGUAGES = {"python", "text", "console", *READERS}
"""Those of blocks that are tried here; a directive such as {toctree} is tried by `make docs`."""

SLOW = {"docs/corpus.md", "docs/guide.md"}
"""Pages whose code takes more than a few seconds."""

RESULTS = {
    "README.md": {"widget.result['predicted']": ["business"]},
    "docs/guide.md": {
        "person.target, person.contrast": ("PER", "ORG"),
        "pair.texts": ("Is the flat quiet?", "You hear nothing but birds."),
        "stars.output": "value",
    },
    "docs/how_to/ray.md": {"len(run())": 10},
}
"""What must come out, beyond what a page shows."""


def each_page_with(*languages: str):
    pages = [page for page in PAGES if blocks_of(page, *languages)]
    marked = [
        pytest.param(page, marks=[pytest.mark.slow] * (name_of(page) in SLOW), id=name_of(page))
        for page in pages
    ]
    return pytest.mark.parametrize("document", marked)


each_page = pytest.mark.parametrize("document", PAGES, ids=name_of)


@pytest.fixture(scope="module")
def maker(tmp_path_factory) -> Maker:
    return Maker(tmp_path_factory.mktemp("documentation"))


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """An empty working folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_readme_is_short():
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= MOST_LINES


@pytest.mark.parametrize("document", [*PAGES, *NOTEBOOKS], ids=name_of)
def test_links_to_files_of_the_repository_lead_somewhere(document):
    for link in links_of(document):
        if re.match(r"https?://|mailto:|#", link):
            continue
        path, _, anchor = link.partition("#")
        assert (document.parent / path).exists(), f"{name_of(document)} links to {link}"
        assert not anchor or anchors_of(document.parent / path) >= {anchor}


def test_every_document_can_be_found_from_the_readme():
    """Directly, or over pages that list others: the start page of the site and its sections."""
    found, indexes = {ROOT / "README.md"}, [ROOT / "README.md"]
    while indexes:
        listed = lists_of(indexes.pop()) - found
        indexes += [document for document in listed if document.name == "index.md"]
        found |= listed
    assert [name_of(document) for document in PAGES if document not in found] == []


@each_page
def test_no_block_has_a_language_that_is_not_tried(document):
    for block in blocks_of(document):
        assert block.language in LANGUAGES or block.language.startswith("{"), (
            f"line {block.line} of {name_of(document)}: say what it is, such as text"
        )


@each_page_with("python")
def test_the_code_of_a_page_runs_as_it_is(document, folder, maker, monkeypatch):
    """One namespace a page, from top to bottom; the text block after code is what it prints."""
    write_news(folder / "news.csv")
    monkeypatch.setattr("flair_lig_widget.DEMO_NEWS", folder / "news.csv")  # 150 take minutes
    monkeypatch.setattr("flair.device", flair.device)  # it is put back, if a page sets it
    blocks = blocks_of(document)
    code = "".join(python_of(block) for block in blocks if block.language == "python")
    make_files(maker, folder, code)
    names = {"__name__": "__main__", **make_names(maker, code)}
    printed = ""
    for block in blocks:
        if block.language == "python":
            printed = run(block, name_of(document), names)
        elif block.language == "text" and (printed or block.follows == "python"):
            assert words_of(printed) == words_of(block.code)
            assert numbers_of(printed) == pytest.approx(numbers_of(block.code), rel=0.02, abs=0.011)
            printed = ""
    for value in names.values():
        if isinstance(value, AttributionWidget):
            value.wait()  # which raises what went wrong
            value.close()
    for found, expected in RESULTS.get(name_of(document), {}).items():
        assert eval(found, names) == expected


def run(block: Block, name: str, names: dict) -> str:
    """What the code prints; an error has the line of the page."""
    for command in re.findall(MAGIC, block.code, re.MULTILINE):
        try_command(command)
    code = compile("\n" * (block.line - 1) + python_of(block), name, "exec")
    with redirect_stdout(io.StringIO()) as printed:
        exec(code, names)
    return printed.getvalue()


def python_of(block: Block) -> str:
    """The code without the lines that only a notebook understands."""
    return re.sub(MAGIC, "", block.code, flags=re.MULTILINE)


MAGIC = r"^%(.+)$"
NUMBER = r"[+−-]?\d+(?:\.\d+)?"


def words_of(text: str) -> list[str]:
    return re.sub(NUMBER, "0", text).split()


def numbers_of(text: str) -> list[float]:
    return [float(number.replace("−", "-")) for number in re.findall(NUMBER, text)]


@each_page_with("console")
def test_the_commands_of_a_page_work(document, folder, maker):
    for block in blocks_of(document, "console"):
        make_files(maker, folder, block.code)
        lines = command_lines(block.code)
        assert lines
        for line in lines:
            try_command(line, run=True)


@each_page
def test_the_commands_within_sentences_exist(document):
    for code in inline_code_of(document):
        if is_command(code):
            try_command(code)


@each_page_with(*READERS)
def test_data_and_markup_can_be_read(document):
    for block in blocks_of(document, *READERS):
        assert READERS[block.language](block.code)


def test_code_in_docstrings_is_also_on_a_page_where_it_runs():
    on_pages = [block.code for page in PAGES for block in blocks_of(page, "python")]
    for name, text in public_docstrings():
        assert ">>>" not in text, name
        for code in re.findall(r"::\n\n((?:(?: {4}.*)?\n)+)", text):
            shown = textwrap.dedent(code).strip("\n")
            assert any(shown in page for page in on_pages), name


def public_docstrings() -> Iterator[tuple[str, str]]:
    for name in flair_lig_widget.__all__:
        value = getattr(flair_lig_widget, name)
        members = vars(value).values() if isinstance(value, type) else ()
        for each in (value, *members):
            if isinstance(each, type | FunctionType | property | classmethod | staticmethod):
                yield name, inspect.getdoc(each) or ""


def test_the_quickstart_of_the_readme_has_five_lines():
    (block,) = blocks_of(ROOT / "README.md", "python")
    assert len(block.code.splitlines()) == 5
