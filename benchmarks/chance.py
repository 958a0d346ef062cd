"""Whether scores do better than chance, text by text: the table in `docs/faithfulness.md`.

Measured is the target's log-odds without the best 5, 10, 20 and 50 % of the words of a text: in the
order of the scores, in that of leave-one-out, and in random orders.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from baselines import texts_of
from classifiers import load_classifier
from common import percent, progress, table
from record import begin, finish, machine_in_words, save

from flair_lig_widget import LIGEngine, Request
from flair_lig_widget.evaluation.deletion import TextWords, best_first, mean_drop
from flair_lig_widget.evaluation.predictions import Predictor, log_odds
from flair_lig_widget.evaluation.ranking import Estimate
from flair_lig_widget.evaluation.texts import read_texts
from flair_lig_widget.result.shares import words_of_shares

LONG = 30
"""Words from which a text counts as long."""

Case = dict[str, Any]


def main(argv: Sequence[str] | None = None) -> None:
    """Measure every classifier, and print a line for each."""
    parser = argparse.ArgumentParser(description="Compare explanations with chance, by text.")
    parser.add_argument("--data", type=Path, help="the folder of the data, for trained models")
    parser.add_argument("--cache", type=Path, help="the folder of trained models")
    parser.add_argument("--models", default="demo,complaints,movies", help="as in trained.py")
    parser.add_argument("--texts", type=int, default=34, help="texts for each classifier")
    parser.add_argument("--max-words", type=int, default=60)
    parser.add_argument("--random", type=int, default=50, help="random orders of each text")
    parser.add_argument("--json", type=Path, help="a file for every single number")
    options = parser.parse_args(argv)
    data = {**begin("chance", options), "cases": []}
    for model in options.models.split(","):
        engine = LIGEngine(load_classifier(model, data=options.data, cache=options.cache))
        texts = texts_of(model, options.cache)[: options.texts]
        for index, text in enumerate(read_texts(engine.wrapper, texts, options.max_words)):
            case = measure(engine, text, n_random=options.random, seed=index)
            data["cases"].append({"model": model, **case})
            progress(f"{model}, text {index + 1} of {len(texts)}: p = {case['p_value']:.3f}")
        save(data, options.json)
    finish(data, options.json)
    print(f"{machine_in_words(data['machine'])}\n\n{report(data['cases'])}")


def measure(engine: LIGEngine, text: str, *, n_random: int, seed: int) -> Case:
    """Comprehensiveness in log-odds along each order, of the predicted label."""
    wrapper, predictor = engine.wrapper, Predictor(engine.wrapper)
    attribution = engine.attribute(Request(text=text))
    words, generator = TextWords.of(attribution), np.random.default_rng(seed)
    m, target = len(words), wrapper.labels.index(attribution.target)

    def odds(texts: Sequence[str]) -> np.ndarray[Any, np.dtype[np.float64]]:
        return log_odds(predictor.probabilities(texts), target, multi_label=wrapper.multi_label)

    whole, *single = odds([words.whole, *(words.delete([word]) for word in range(m))])
    orders = [
        best_first([word.score for word in attribution.words()], generator),
        best_first(whole - np.array(single), generator),
        *(tuple(generator.permutation(m).tolist()) for _ in range(n_random)),
    ]
    counts = words_of_shares(m)
    edited = odds([words.delete(order[:count]) for order in orders for count in counts])
    drops = [mean_drop(float(whole), row) for row in edited.reshape(len(orders), -1)]
    own, leave_one_out, *random = drops
    return {
        "text": text,
        "target": attribution.target,
        "words": m,
        "own": own,
        "leave_one_out": leave_one_out,
        "random": random,
        "p_value": (1 + sum(drop >= own for drop in random)) / (1 + n_random),
    }


def report(cases: Sequence[Case]) -> str:
    """A line for each classifier, one for its long texts, and one for all; then the failures."""
    groups: dict[str, list[Case]] = {}
    for case in cases:
        groups.setdefault(case["model"], []).append(case)
        if case["words"] >= LONG:
            groups.setdefault(f"{case['model']}, {LONG} words or more", []).append(case)
    groups["all"] = list(cases)
    long = [case for case in cases if case["words"] >= LONG]
    groups[f"all, {LONG} words or more"] = long
    head = (
        *("texts", "number", "words", "above the median", "above the band"),
        *("comprehensiveness", "leave-one-out", "random order", "behind leave-one-out"),
    )
    lines = [line(name, group) for name, group in groups.items() if group]
    failures = [
        f"- {case['model']}, {case['words']} words, {case['target']}: "
        f"p = {case['p_value']:.2f}: {case['text'][:160]}"
        for case in cases
        if not above(case, 50) or (case["words"] >= LONG and not above(case, 95))
    ]
    return "\n".join([table(head, lines), "", *failures])


def line(name: str, cases: Sequence[Case]) -> Sequence[str]:
    """The numbers of a group of texts."""
    own, leave_one_out = (
        np.array([case[key] for case in cases]) for key in ("own", "leave_one_out")
    )
    random = np.array([np.mean(case["random"]) for case in cases])
    return (
        name,
        str(len(cases)),
        f"{np.median([case['words'] for case in cases]):.0f}",
        *(percent(float(np.mean([above(case, part) for case in cases]))) for part in (50, 95)),
        *(str(Estimate.of(numbers)) for numbers in (own, leave_one_out, random)),
        str(Estimate.of(leave_one_out - own)),
    )


def above(case: Case, percentile: float) -> bool:
    """Whether the order of the scores does better than such a share of the random orders."""
    return bool(case["own"] > np.percentile(case["random"], percentile))


if __name__ == "__main__":
    main()
