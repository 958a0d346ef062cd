"""The notebooks as tests (nbval): their cells keep their order, and need a kernel."""

from __future__ import annotations

from pathlib import Path

import pytest
from nbval.plugin import IPyNbCell


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the cells ``e2e``, and undo the shuffling of pytest-randomly among them.

    The cells of a notebook share a kernel, so they run one after the other, from top to bottom.
    The notebooks themselves stay in random order.
    """
    notebooks: dict[Path, list[IPyNbCell]] = {}
    for item in items:
        if isinstance(item, IPyNbCell):
            item.add_marker(pytest.mark.e2e)
            notebooks.setdefault(item.path, []).append(item)
    others = [item for item in items if not isinstance(item, IPyNbCell)]
    cells = [cell for notebook in notebooks.values() for cell in sorted(notebook, key=_position)]
    items[:] = [*others, *cells]


def _position(cell: IPyNbCell) -> int:
    return cell.cell_num
