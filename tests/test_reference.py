"""The reference of the documentation site."""

from __future__ import annotations

import re
from pathlib import Path

import flair_lig_widget

REFERENCE = Path(__file__).parents[1] / "docs" / "reference"


def test_the_reference_has_every_public_name_once():
    pages = "\n".join(path.read_text(encoding="utf-8") for path in REFERENCE.glob("*.md"))
    names = re.findall(r"^\.\. auto(?:class|data|exception|function):: (\w+)$", pages, re.MULTILINE)
    assert sorted(names) == sorted(flair_lig_widget.__all__)
