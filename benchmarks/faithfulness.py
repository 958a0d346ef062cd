"""Whether scores find a word that is known to be the reason: the table in `docs/faithfulness.md`.

`planted.py` plants the words. Judged are texts whose prediction the plant changes.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from common import progress, table
from planted import PlantedText, check, decided_by_plant, load_pair
from record import begin, finish, machine_in_words, save

from flair_lig_widget import Attribution, LIGEngine, ModelWrapper, Request
from flair_lig_widget.evaluation.deletion import TextWords
from flair_lig_widget.evaluation.predictions import Predictor, log_odds
from flair_lig_widget.result.spans import group_tokens, span_of_tokens

OTHERS = GRADIENT, LEAVE_ONE_OUT, CHANCE = "gradient × input", "leave-one-out", "chance"
"""What the scores are compared with."""

Case = dict[str, Any]


@dataclass(frozen=True)
class Place:
    """Where a planted word is among the words of its text, ordered by their scores.

    Attributes
    ----------
    precision : float
        The probability that it is the first.
    rank : float
        Its mean rank; 1 is the first.
    """

    precision: float
    rank: float

    @classmethod
    def of(cls, scores: Sequence[float], word: int) -> Place:
        """The place of a word by signed score; words of equal scores are in random order."""
        higher = sum(score > scores[word] for score in scores)
        equal = sum(score == scores[word] for score in scores)
        return cls(precision=0.0 if higher else 1 / equal, rank=higher + (equal + 1) / 2)


def main(argv: Sequence[str] | None = None) -> None:
    """Check the plants of every task, judge the scores, and print both as tables."""
    parser = argparse.ArgumentParser(description="Look for planted words by their scores.")
    parser.add_argument("--data", type=Path, help="the folder of the data, for trained models")
    parser.add_argument("--cache", type=Path, help="the folder of trained models")
    parser.add_argument("--models", default="demo,movies,words", help="demo, or as in trained.py")
    parser.add_argument("--texts", type=int, default=200, help="texts to judge for each task")
    parser.add_argument("--quick", action="store_true", help="the demo alone, with 8 texts")
    parser.add_argument("--json", type=Path, help="a file for every single number")
    options = parser.parse_args(argv)
    if options.quick:
        options.models, options.texts = "demo", 8
    torch.set_num_threads(1)
    data = {**begin("faithfulness", options), "validity": {}, "cases": []}
    pairs = {
        model: load_pair(model, data=options.data, cache=options.cache)
        for model in options.models.split(",")
    }
    for model, pair in pairs.items():
        validity = check(pair)
        data["validity"][model] = {**asdict(validity), "holds": validity.holds}
        progress(f"{model}: {validity}, the plant is {'' if validity.holds else 'not '}valid")
        if validity.holds:
            decided = decided_by_plant(pair)
            random.Random(0).shuffle(decided)
            cases = judge(LIGEngine(pair.planted), decided[: options.texts])
            data["cases"] += [{"model": model, **case} for case in cases]
        save(data, options.json)
    finish(data, options.json)
    print(f"{machine_in_words(data['machine'])}\n\n{report(data['validity'], data['cases'])}")


def judge(engine: LIGEngine, tests: Sequence[PlantedText]) -> list[Case]:
    """The places of the planted words: for every baseline, and for each order to compare with."""
    names = engine.wrapper.baselines
    requests = [
        Request(text=test.text, target=test.label, baseline=name)
        for test in tests
        for name in names
    ]
    found = iter(engine.attribute_many(requests))
    cases = []
    for test in tests:
        attributions = {name: next(found) for name in names}
        cases.append(judge_one(engine.wrapper, test, attributions))
    return cases


def judge_one(
    wrapper: ModelWrapper, test: PlantedText, attributions: Mapping[str, Attribution]
) -> Case:
    """The places of one planted word, given the attribution from each baseline."""
    any_attribution = next(iter(attributions.values()))
    words = TextWords.of(any_attribution)
    planted = [start for start, _ in words.ranges].index(test.start)
    scores = {
        **{name: [word.score for word in a.words()] for name, a in attributions.items()},
        GRADIENT: gradient_times_input(wrapper, test.text, test.label),
        LEAVE_ONE_OUT: leave_one_out(wrapper, words, test.label),
        CHANCE: [0.0] * len(words),
    }
    return {
        "text": test.text,
        "word": test.word,
        "target": test.label,
        "words": len(words),
        "places": {name: asdict(Place.of(each, planted)) for name, each in scores.items()},
        "converged": {name: a.converged for name, a in attributions.items()},
    }


def gradient_times_input(wrapper: ModelWrapper, text: str, target: str) -> list[float]:
    """The gradient of the target's logit, times the embeddings of each word, by plain torch."""
    encoding = wrapper.encode(text)
    ends, _ = wrapper.endpoints(encoding)
    x = ends[1:].clone().requires_grad_()
    logit = wrapper.logits(encoding, x)[0, wrapper.labels.index(target)]
    (gradient,) = torch.autograd.grad(logit, x)
    products = (gradient * x.detach()).double().sum(dim=-1).cpu().numpy()
    scores = encoding.sum_per_token(products)[0]
    word_of_token = span_of_tokens(encoding.tokens, "word", ())
    spans = group_tokens(text, encoding.tokens, scores, word_of_token, 1.0)
    return [span.score for span in spans]


def leave_one_out(wrapper: ModelWrapper, words: TextWords, target: str) -> list[float]:
    """By how much the target's log-odds fall without each word."""
    texts = [words.whole, *(words.delete([word]) for word in range(len(words)))]
    odds = log_odds(
        Predictor(wrapper).probabilities(texts),
        wrapper.labels.index(target),
        multi_label=wrapper.multi_label,
    )
    return list(odds[0] - odds[1:])


def report(validity: Mapping[str, Mapping[str, Any]], cases: Sequence[Case]) -> str:
    """Whether the plants are valid, then where the scores place the words of the valid ones."""
    groups: dict[str, list[Case]] = {}
    for case in cases:
        groups.setdefault(case["model"], []).append(case)
    return "\n\n".join([validity_table(validity), *([places_table(groups)] if groups else [])])


def validity_table(validity: Mapping[str, Mapping[str, Any]]) -> str:
    """A line for each task."""
    columns = {
        "planted, trained with plants": "with_plants",
        "planted, trained without": "without_plants",
        "chance": "chance",
        "not planted, trained with plants": "unplanted",
    }
    rows = [
        (model, *(share(found[key]) for key in columns.values()), "yes" if found["holds"] else "no")
        for model, found in validity.items()
    ]
    return table(("task", *columns, "valid"), rows)


def places_table(groups: Mapping[str, Sequence[Case]]) -> str:
    """A line for each order of the words, with two columns for each task."""
    places = {
        model: {name: [case["places"][name] for case in cases] for name in cases[0]["places"]}
        for model, cases in groups.items()
    }
    names = dict.fromkeys(name for found in places.values() for name in found)
    baselines = [name for name in names if name not in OTHERS]
    rows = [
        (name, *(cell for found in places.values() for cell in cells(found.get(name))))
        for name in (*baselines, *OTHERS)
    ]
    head = [
        f"{model}, {len(cases)} texts: {column}"
        for model, cases in groups.items()
        for column in ("precision@1", "mean rank")
    ]
    return table(("order", *head), rows)


def cells(places: Sequence[Mapping[str, float]] | None) -> tuple[str, str]:
    """Precision@1 and mean rank over the texts; dashes for a baseline that a task has not."""
    if places is None:
        return "–", "–"
    precision, rank = (np.mean([place[key] for place in places]) for key in ("precision", "rank"))
    return share(precision), f"{rank:.3f}"


def share(number: float) -> str:
    """A share in percent, with one place: the last texts count."""
    return f"{100 * number:.1f} %"


if __name__ == "__main__":
    main()
