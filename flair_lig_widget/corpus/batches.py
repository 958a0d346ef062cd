"""One batch of a run: read, explained, written. Every engine does this and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from flair_lig_widget.corpus import apart
from flair_lig_widget.corpus.in_hand import in_hand, notes
from flair_lig_widget.corpus.job import Job
from flair_lig_widget.corpus.parts import part_of, write_part
from flair_lig_widget.corpus.staging import batch_of

Row: TypeAlias = "Mapping[str, Any]"
Explain: TypeAlias = "Callable[[Sequence[Row]], list[dict[str, Any]]]"
"""From rows of the input to rows of the corpus, such as an `Explainer`."""


def run_batch(job: Job, explain: Explain, number: int) -> int:
    """Explain a batch and write its rows as one file; the number of texts.

    A batch that a process died of is tried again in another: what it has written is kept, and each
    of the other texts is explained in a separate process.
    """
    batch = batch_of(job.pending, number)
    written, left = _left_behind(job)
    rows = [row for row in batch if row["row"] not in written]
    together = [row for row in rows if row["row"] not in left]
    numbers = [row["row"] for row in together]
    if together and not part_of(job.folder, numbers).exists():
        with in_hand(job.work, numbers):
            explained = explain(together)
            job.check()
            write_part(job.folder, explained)
    apart.explain_apart(job, [row for row in rows if row["row"] in left])
    return len(batch)


def _left_behind(job: Job) -> tuple[set[int], set[int]]:
    """The rows that dead processes had in hand: those that were written, and the others."""
    written: set[int] = set()
    left: set[int] = set()
    for rows in notes(job.work):
        (written if part_of(job.folder, rows).exists() else left).update(rows)
    return written, left
