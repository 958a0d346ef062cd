"""What a worker of a run must know, as plain data that any process can read."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flair_lig_widget.corpus.explaining import Explainer


@dataclass(frozen=True, kw_only=True)
class Job:
    """A run.

    Attributes
    ----------
    folder : Path
        Of the corpus. Every worker must be able to write to it.
    work : Path
        A folder in it for as long as the run goes on: the texts that are left to explain, and
        notes of what each worker has in hand.
    model : Path
        The file of the classifier.
    task : str or None
    target : str
    request : dict
        As for `Explainer`.
    """

    folder: Path
    work: Path
    model: Path
    task: str | None = None
    target: str
    request: Mapping[str, Any]

    @property
    def pending(self) -> Path:
        """The file of the texts that are left to explain."""
        return self.work / "pending.parquet"

    def explainer(self) -> Explainer:
        """Load the classifier of the file."""
        # Late, because Flair chooses its device when it is imported, and Ray sets it before.
        from flair.nn import Model

        from flair_lig_widget.corpus.explaining import Explainer

        return Explainer(
            Model.load(self.model), task=self.task, target=self.target, request=self.request
        )

    def check(self) -> None:
        """Raise if another run has begun in the same folder, which explains the same rows."""
        if not self.work.is_dir():
            raise RuntimeError(f"another run has begun in {self.folder}; this one has ended")

    def to_json(self) -> str:
        """The job for another process."""
        data = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return json.dumps(data, default=str)

    @staticmethod
    def from_json(text: str) -> Job:
        """The job that `to_json` wrote."""
        data = json.loads(text)
        for name in ("folder", "work", "model"):
            data[name] = Path(data[name])
        return Job(**data)
