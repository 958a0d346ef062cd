"""The manifest of a corpus: which model, which settings and which texts its rows come from."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flair_lig_widget.result.files import write_text
from flair_lig_widget.result.messages import shown

SCHEMA = 2
"""The version of the format; readers refuse any other."""

NAME = "manifest.json"


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What all rows of a corpus have in common.

    Attributes
    ----------
    model, weights_digest : str
        As in a `Provenance`.
    labels : tuple of str
        The classifier's labels, in the order of the columns of probabilities.
    multi_label : bool
        Whether the probabilities are independent, one sigmoid per label.
    target : str
        ``"predicted"``, ``"gold"``, or the label that is explained for every text.
    request : dict
        The other options of `attribute`, with their defaults.
    n_texts : int
        How many texts there are, explained or not.
    texts_digest : str
        A hash of their ids, texts and gold labels.
    versions : dict of str
        Versions of the packages whose code the numbers depend on.
    created_at : str
        When the first run began, in UTC.
    """

    model: str
    weights_digest: str
    labels: tuple[str, ...]
    multi_label: bool
    target: str
    request: Mapping[str, Any]
    n_texts: int
    texts_digest: str
    versions: Mapping[str, str]
    created_at: str

    def differences(self, other: Manifest) -> list[str]:
        """What makes the numbers of two runs differ, in words; the time is not among it."""
        found = []
        for name, value in _compared(self).items():
            theirs = _compared(other)[name]
            if value != theirs:
                found.append(f"{name} is {shown(theirs)} and was {shown(value)}")
        return found

    def write(self, folder: Path) -> None:
        """Write it into the folder of the corpus."""
        data = {"schema": SCHEMA, **dataclasses.asdict(self)}
        write_text(folder / NAME, json.dumps(data, indent=1) + "\n")


def read_manifest(folder: Path) -> Manifest:
    """The manifest in a folder.

    Raises
    ------
    ValueError
        If there is none, or it cannot be read; the message names the folder.
    """
    try:
        data = json.loads((folder / NAME).read_text(encoding="utf-8"))
        schema = data.pop("schema", None)
        data["labels"] = tuple(data["labels"])
        manifest = Manifest(**data) if schema == SCHEMA else None
    except FileNotFoundError:
        raise ValueError(
            f"{folder} has no {NAME}, so it is not a corpus; give the output_dir of explain_corpus"
        ) from None
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"{folder / NAME} is damaged: {error}") from error
    if manifest is None:
        raise ValueError(
            f"{folder} has schema {shown(schema)}, which this version does not read; explain the "
            "texts again, or use the version that wrote it"
        )
    return manifest


def _compared(manifest: Manifest) -> dict[str, Any]:
    """What must be the same to go on with a run."""
    fields = dataclasses.asdict(manifest)
    request = {f"{name}": value for name, value in fields.pop("request").items()}
    del fields["created_at"]
    return {**fields, **request}
