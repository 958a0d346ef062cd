"""Seconds of every query on a corpus of generated texts, and the memory of the process.

Neither torch nor Flair is imported, as in a process that only looks at a corpus.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from support.corpora import write_generated

from flair_lig_widget.corpus.filters import Filter
from flair_lig_widget.corpus.store import Corpus, load_corpus
from flair_lig_widget.result.tables import aligned

LABEL = "business"
COMMON, RARE = ".", "beki"
"""A word of every tenth place, and one of a few hundred texts."""


def main(argv: Sequence[str] | None = None) -> None:
    """Generate two corpora, and print a table of the queries on each."""
    options = parse(argv)
    versions = ", ".join(f"{name} {version(name)}" for name in ("duckdb", "pyarrow", "numpy"))
    load = os.getloadavg()[0]
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {load:.1f} at the start; {versions}")
    spawn = get_context("spawn")
    for target, name in ((None, "the predicted label"), (LABEL, "one label for all texts")):
        with tempfile.TemporaryDirectory() as folder:
            size = {"n_texts": options.texts, "n_words": options.words, "target": target}
            # Each in a process that has its own peak of memory.
            for work, arguments in (
                (write_generated, {"folder": Path(folder), **size}),
                (measure, {"folder": Path(folder), "rounds": options.rounds, "name": name}),
            ):
                process = spawn.Process(target=work, kwargs=arguments)
                process.start()
                process.join()
                if process.exitcode != 0:
                    raise SystemExit(process.exitcode)


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """Options; ``--quick`` has other defaults."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="2,000 texts, one round")
    parser.add_argument("--texts", type=int, help="default: 100,000")
    parser.add_argument("--words", type=int, default=30, help="words of a text; default: 30")
    parser.add_argument("--rounds", type=int, help="default: 5")
    options = parser.parse_args(argv)
    options.texts = options.texts or (2_000 if options.quick else 100_000)
    options.rounds = options.rounds or (1 if options.quick else 5)
    return options


def measure(folder: Path, rounds: int, name: str) -> None:
    """Print the seconds of every query on a corpus, and the peak of memory after all of them."""
    corpus = load_corpus(folder)
    mebibytes = sum(path.stat().st_size for path in folder.iterdir()) / 2**20
    print(f"\n{len(corpus):,} texts, explained for {name}; {mebibytes:.0f} MiB on disk\n")
    lines = [("query", "rows", "seconds (median)", "seconds (most)")]
    for query, ask in queries(corpus).items():
        seconds = []
        for _ in range(rounds):
            started = time.perf_counter()
            found = ask()
            seconds.append(time.perf_counter() - started)
        rows = f"{len(found):,}" if hasattr(found, "__len__") else ""
        lines.append((query, rows, f"{statistics.median(seconds):.2f}", f"{max(seconds):.2f}"))
    print("\n".join(aligned(lines)))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\nPeak of the process: {peak:,.0f} MiB", flush=True)


def queries(corpus: Corpus) -> dict[str, Callable[[], object]]:
    """What is asked, by its name in the table."""
    wrong, rare = Filter(only="wrong"), Filter(word=RARE, fold_case=True)
    return {
        "open": lambda: load_corpus(corpus.folder),
        "scale": lambda: largest_score(corpus),
        "table": corpus.table,
        "to_pandas": corpus.to_pandas,
        "texts, 200 of all": lambda: corpus.texts(limit=200),
        "texts, 200 with a word": lambda: corpus.texts(limit=200, filter=rare),
        "texts, 200 by a search": lambda: corpus.texts(limit=200, filter=Filter(search=RARE)),
        "count, with a word": lambda: corpus.count(rare),
        "confusion": corpus.confusion,
        "words, the first 200": lambda: corpus.words(LABEL, limit=200),
        "words, all": lambda: corpus.words(LABEL),
        "words, 200 with folded case": lambda: corpus.words(LABEL, limit=200, fold_case=True),
        "words, 200 of wrong texts": lambda: corpus.words(LABEL, limit=200, filter=wrong),
        "concordance of a rare word": lambda: corpus.concordance(RARE, LABEL),
        "concordance of a common word": lambda: corpus.concordance(COMMON, LABEL),
        "shortcuts": corpus.shortcuts,
        "attribution": lambda: corpus.attribution(str(len(corpus) // 2)),
    }


def largest_score(corpus: Corpus) -> float:
    """The scale of the corpus, which is otherwise computed once."""
    vars(corpus).pop("scale", None)
    return corpus.scale


if __name__ == "__main__":
    main()
