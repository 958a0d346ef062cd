"""What the tests of runs share."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import tiny


@pytest.fixture(scope="session")
def model_file(encoder_folder, tmp_path_factory) -> Path:
    """The file of a tiny classifier."""
    path = tmp_path_factory.mktemp("model") / "model.pt"
    tiny.classifier(encoder_folder("bert")).save(path)
    return path
