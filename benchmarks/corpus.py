"""The throughput of `explain_corpus`, in one process and with Ray, next to one text at a time."""

from __future__ import annotations

import argparse
import logging
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import psutil
import record
from classifiers import load_classifier
from common import digits, progress, table
from flair.models import TextClassifier
from many import FEWEST_WORDS, MOST_WORDS, make_subjects

from flair_lig_widget import Attribution, Corpus, ModelWrapper, attribute, explain_corpus
from flair_lig_widget.corpus import batches, run
from flair_lig_widget.corpus.explaining import Explainer

ENGINES: dict[str, dict[str, Any]] = {
    "local": {"engine": "local"},
    "ray-1": {"engine": "ray", "workers": 1},
    "ray-2": {"engine": "ray", "workers": 2},
}

SHORT = (5, 15)
"""The fewest and the most words of a short text."""

HEAD = (
    *("", "texts a second", "times one at a time", "first batch after", "largest difference"),
    *("other nodes", "bytes a text", "driver grew by"),
)


@dataclass
class Clock:
    """When batches ended, and how long the parts of a batch took."""

    began: float
    texts: list[tuple[float, int]]
    explaining: float = 0.0
    writing: float = 0.0

    @property
    def rate(self) -> float:
        """Texts a second from the end of the first batch to that of the last."""
        (first, _), *rest = self.texts
        return sum(n for _, n in rest) / (rest[-1][0] - first)

    @property
    def start(self) -> float:
        """Seconds until the first batch had ended."""
        return self.texts[0][0] - self.began


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print the table."""
    options = parse(argv)
    logging.getLogger("flair").setLevel(logging.ERROR)
    print(f"{record.machine_in_words(record.machine())}\n")
    classifier = load_classifier(options.model, toy=options.quick)
    fewest, most = SHORT if options.short else (FEWEST_WORDS, MOST_WORDS)
    subjects = make_subjects(
        ModelWrapper(classifier), options.texts, fewest_words=fewest, most_words=most
    )
    texts = [subject.text for subject in subjects]
    attribute(classifier, texts[0])
    progress("one at a time")
    began = time.perf_counter()
    single = [attribute(classifier, text) for text in texts]
    single_rate = len(texts) / (time.perf_counter() - began)
    print(
        f"{len(texts)} texts of {fewest} to {most} words, model {options.model}, batches of "
        f"{options.batch_size}\n"
    )
    rows = [("one at a time", digits(single_rate), "1", *[""] * 5)]
    for name in options.engines:
        progress(name)
        rows.append((name, *measure(classifier, texts, single, single_rate, name, options)))
    print(table(HEAD, rows))


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """Options; ``--quick`` only shows that it runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few texts, a small random model")
    parser.add_argument("--model", help="demo (the default), xlmr or xlmr-large")
    parser.add_argument("--texts", type=int, help="how many (1000)")
    parser.add_argument("--short", action="store_true", help="texts of 5 to 15 words, not 10 to 60")
    parser.add_argument("--batch-size", type=int, help="texts of a batch (64)")
    parser.add_argument("--engines", help="comma-separated: " + ", ".join(ENGINES))
    options = parser.parse_args(argv)
    options.model = options.model or ("xlmr" if options.quick else "demo")
    options.texts = options.texts or (24 if options.quick else 1000)
    options.batch_size = options.batch_size or (4 if options.quick else run.BATCH_SIZE)
    chosen = options.engines.split(",") if options.engines else list(ENGINES)
    options.engines = [name for name in ENGINES if name in chosen]
    return options


def measure(
    classifier: TextClassifier,
    texts: Sequence[str],
    single: Sequence[Attribution],
    single_rate: float,
    name: str,
    options: argparse.Namespace,
) -> tuple[str, ...]:
    """Run one engine; the cells of its row."""
    before = psutil.Process().memory_info().rss
    with tempfile.TemporaryDirectory() as folder, timed() as clock:
        corpus = explain_corpus(
            classifier, texts, output_dir=folder, batch_size=options.batch_size, **ENGINES[name]
        )
        grew = psutil.Process().memory_info().rss - before
        size = sum(path.stat().st_size for path in Path(folder).glob("*.parquet"))
        difference, n_other = compare(corpus, single)
    if clock.explaining:
        total = clock.explaining + clock.writing
        progress(f"{name}: explaining takes {clock.explaining / total:.1%} of that and writing")
    return (
        *(digits(clock.rate), digits(clock.rate / single_rate), f"{clock.start:.1f} s"),
        *(
            f"{difference:.1e}",
            str(n_other),
            f"{size / len(texts):,.0f}",
            f"{grew / 2**20:.0f} MiB",
        ),
    )


def compare(corpus: Corpus, single: Sequence[Attribution]) -> tuple[float, int]:
    """The largest difference of a score where `auto` took the same nodes, and how often not."""
    differences, n_other = [0.0], 0
    for number, expected in enumerate(single):
        found = corpus.attribution(str(number))
        if found.n_steps == expected.n_steps:
            differences.append(float(np.abs(found.scores - expected.scores).max()))
        else:
            n_other += 1
    return max(differences), n_other


@contextmanager
def timed() -> Iterator[Clock]:
    """Note the times of the run inside."""
    clock = Clock(time.perf_counter(), [])
    explain, write = Explainer.__call__, batches.write_part

    class Noting(run.tqdm):
        def update(self, n: float | None = 1) -> bool | None:
            clock.texts.append((time.perf_counter(), int(n or 0)))
            return super().update(n)

    def explaining(self: Explainer, rows: Sequence[Any]) -> list[dict[str, Any]]:
        began = time.perf_counter()
        found = explain(self, rows)
        clock.explaining += time.perf_counter() - began
        return found

    def writing(*arguments: Any) -> None:
        began = time.perf_counter()
        write(*arguments)
        clock.writing += time.perf_counter() - began

    with (
        patch.object(run, "tqdm", Noting),
        patch.object(Explainer, "__call__", explaining),
        patch.object(batches, "write_part", writing),
    ):
        yield clock


if __name__ == "__main__":
    main()
