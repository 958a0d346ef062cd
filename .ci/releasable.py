"""Check before a release that tag, version, changelog and addresses agree.

python .ci/releasable.py v1.2.3 ADDRESS_OF_THE_REPOSITORY
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def complaints(tag: str, address: str, root: Path = ROOT) -> list[str]:
    """What is to be done before this tag can be released, one sentence each."""

    def text(name: str) -> str:
        return (root / name).read_text(encoding="utf-8")

    (version,) = re.findall(
        r'^__version__ = "(.+)"$', text("flair_lig_widget/__init__.py"), flags=re.MULTILINE
    )
    found = []
    if tag != f"v{version}":
        found.append(
            f"The tag is {tag!r} and flair_lig_widget.__version__ is {version!r}: tag v{version}."
        )
    if not re.search(
        rf"^## \[{re.escape(version)}\] - \d{{4}}-\d\d-\d\d$", text("CHANGELOG.md"), re.M
    ):
        found.append(f"CHANGELOG.md has no heading '## [{version}] - YYYY-MM-DD': write it.")
    if f'Repository = "{address}"' not in text("pyproject.toml").splitlines():
        found.append(f'[project.urls] in pyproject.toml has no Repository = "{address}": write it.')
    if f'repository-code: "{address}"' not in text("CITATION.cff").splitlines():
        found.append(f'CITATION.cff has no repository-code: "{address}": write it.')
    return found


if __name__ == "__main__":
    found = complaints(*sys.argv[1:3])
    print(*found, sep="\n")
    sys.exit(bool(found))
