"""The throughput of `attribute_many`, next to one text at a time and Captum in a loop."""

from __future__ import annotations

import argparse
import gc
import random
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

import common
import numpy as np
import record
from classifiers import load_classifier
from common import Subject, digits, median, percent, progress
from peers import captum_batch_seconds, captum_scores

from flair_lig_widget import Attribution, LIGEngine, ModelWrapper
from flair_lig_widget.result.request import PRECISIONS, Request

FEWEST_WORDS, MOST_WORDS = 10, 60
CAPTUM_STEPS = 50
EQUAL = 1e-5
"""The largest difference of two scores that count as the same."""

TITLES = {
    "many": "ours, attribute_many",
    "each": "ours, one at a time",
    "many_of_part": "ours, attribute_many",
    "each_of_part": "ours, one at a time",
    "captum_of_part": f"Captum, {CAPTUM_STEPS} steps, one at a time",
}
"""The contenders; those with ``_of_part`` explain only the texts that Captum explains."""

_SEED = 2000

Data = record.Data
T = TypeVar("T")


def main(argv: Sequence[str] | None = None) -> None:
    """Measure, write the JSON file, print the table."""
    options = parse(argv)
    data: Data = {**record.begin("many", options), "rounds": []}
    bench = Bench.of(options)
    data |= bench.described()
    for turn in range(options.rounds):
        data["rounds"].append(bench.measure(f"round {turn + 1} of {options.rounds}"))
        record.save(data, options.json)
    record.finish(data, options.json)
    print(report(data))


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """Options; ``--quick`` has other defaults."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few texts, one round, a toy xlmr")
    parser.add_argument("--json", type=Path, help="default: many.json here, none with --quick")
    parser.add_argument("--model", choices=("demo", "xlmr"), default="demo", help="default: demo")
    parser.add_argument("--precision", choices=PRECISIONS, default=Request.precision)
    parser.add_argument("--texts", type=int, help="default: 200")
    parser.add_argument("--captum-texts", type=int, help="of these, for Captum; default: 40")
    parser.add_argument("--rounds", type=int, help="default: 3")
    options = parser.parse_args(argv)
    quick = options.quick
    options.texts = options.texts or (8 if quick else 200)
    options.captum_texts = min(options.captum_texts or (2 if quick else 40), options.texts)
    options.rounds = options.rounds or (1 if quick else 3)
    if options.json is None and not quick:
        options.json = Path(__file__).with_suffix(".json")
    return options


@dataclass(frozen=True, eq=False)
class Bench:
    """The texts to explain, and those among them that Captum explains as well.

    Attributes
    ----------
    subjects : list of Subject
    part : list of int
        Indices of the texts for Captum, spread evenly.
    batch_seconds : dict of int or None to float
        The seconds of Captum for a few texts at each batch size.
    """

    wrapper: ModelWrapper
    precision: str
    subjects: list[Subject]
    part: list[int]
    batch_seconds: dict[int | None, float]

    @classmethod
    def of(cls, options: argparse.Namespace) -> Bench:
        """Load the classifier, make the texts, and let every contender explain a few of them."""
        progress(f"{options.model}: loading, and making {options.texts} texts")
        wrapper = ModelWrapper(load_classifier(options.model, toy=options.quick))
        subjects = make_subjects(wrapper, options.texts)
        spread = np.linspace(0, options.texts - 1, options.captum_texts)
        part = [round(index) for index in spread]
        few = [subjects[index] for index in part[:: max(1, len(part) // 4)]]
        progress("choosing Captum's batch size")
        bench = cls(
            wrapper,
            options.precision,
            subjects,
            part,
            captum_batch_seconds(few, n_steps=CAPTUM_STEPS),
        )
        bench.many(few)
        bench.one_by_one(few)
        return bench

    @property
    def captum_batch(self) -> int | None:
        """The ``internal_batch_size`` that is fastest."""
        return min(self.batch_seconds, key=self.batch_seconds.__getitem__)

    def described(self) -> Data:
        """What the rounds have in common."""
        return {
            "baseline": self.subjects[0].baseline,
            "captum_batch_sizes": {str(k or "all"): v for k, v in self.batch_seconds.items()},
            "captum_batch": str(self.captum_batch or "all"),
            "part": self.part,
            "texts": [
                {"text": s.text, "subwords": len(s.encoding.tokens), "target": s.target}
                for s in self.subjects
            ],
        }

    def measure(self, name: str) -> Data:
        """One run of every contender, and whether ours agree."""
        part = [self.subjects[index] for index in self.part]
        many_seconds, many = timed(partial(self.many, self.subjects))
        progress(f"{name}: attribute_many: {many_seconds:.1f} s")
        gc.collect()
        each_seconds, each = self.one_by_one(self.subjects)
        progress(f"{name}: one at a time: {sum(each_seconds):.1f} s")
        part_seconds, many_of_part = timed(partial(self.many, part))
        captum_seconds, _ = timed(partial(self.captum, part))
        progress(f"{name}: Captum, {len(part)} texts: {captum_seconds:.1f} s")
        each_of_part = [each[index] for index in self.part]
        return {
            "seconds": {
                "many": many_seconds,
                "each": sum(each_seconds),
                "many_of_part": part_seconds,
                "each_of_part": sum(each_seconds[index] for index in self.part),
                "captum_of_part": captum_seconds,
            },
            "gradients": {
                "many": mean_gradients(many),
                "each": mean_gradients(each),
                "many_of_part": mean_gradients(many_of_part),
                "each_of_part": mean_gradients(each_of_part),
                "captum_of_part": CAPTUM_STEPS,
            },
            "converged": sum(found.converged for found in many),
            "agreement": agreement(many, each),
        }

    def many(self, subjects: Sequence[Subject]) -> list[Attribution]:
        """All texts by one call of a new engine."""
        return LIGEngine(self.wrapper.classifier).attribute_many(
            [self.request(subject) for subject in subjects]
        )

    def one_by_one(self, subjects: Sequence[Subject]) -> tuple[list[float], list[Attribution]]:
        """Seconds and result of each text, by one new engine."""
        engine = LIGEngine(self.wrapper.classifier)
        runs = [timed(partial(engine.attribute, self.request(subject))) for subject in subjects]
        return [seconds for seconds, _ in runs], [found for _, found in runs]

    def captum(self, subjects: Sequence[Subject]) -> None:
        """All texts by Captum."""
        for subject in subjects:
            captum_scores(subject, n_steps=CAPTUM_STEPS, internal_batch_size=self.captum_batch)

    def request(self, subject: Subject) -> Request:
        """What is asked of a text."""
        return Request(
            text=subject.text,
            target=subject.target,
            baseline=subject.baseline,
            precision=self.precision,
        )


def make_subjects(
    wrapper: ModelWrapper,
    count: int,
    *,
    fewest_words: int = FEWEST_WORDS,
    most_words: int = MOST_WORDS,
) -> list[Subject]:
    """Texts of ten to sixty words, or as given, each from sentences about one topic."""
    choice = random.Random(_SEED)
    subjects = []
    for _ in range(count):
        words = common.topic_words(choice)[: choice.randint(fewest_words, most_words)]
        subjects.append(common.subject_of(wrapper, " ".join(words)))
    return subjects


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """The seconds that some work takes, and what it returns."""
    started = time.perf_counter()
    found = work()
    return time.perf_counter() - started, found


def mean_gradients(results: Iterable[Attribution]) -> float:
    """Path points that were differentiated, a text."""
    return float(np.mean([found.n_evaluations for found in results]))


def agreement(many: Sequence[Attribution], each: Sequence[Attribution]) -> Data:
    """How far the scores of two ways to the same texts are apart."""
    pairs = list(zip(many, each, strict=True))
    apart = [float(np.abs(a.scores - b.scores).max()) for a, b in pairs]
    other = [a.n_evaluations != b.n_evaluations for a, b in pairs]
    return {
        "equal": float(np.mean(np.array(apart) <= EQUAL)),
        "other_nodes": sum(other),
        "largest_difference": max(apart),
        "largest_difference_at_as_many_nodes": max(
            (d for d, differs in zip(apart, other, strict=True) if not differs), default=None
        ),
        "largest_relative_difference": max(
            common.relative_error(a.scores, b.scores) for a, b in pairs
        ),
    }


def report(data: Data) -> str:
    """The machine, the table and the agreement, in Markdown."""
    rounds, whole, part = data["rounds"], len(data["texts"]), len(data["part"])
    lines = []
    for key, title in TITLES.items():
        texts, same = (part, "many_of_part") if key.endswith("_of_part") else (whole, "many")
        seconds = [turn["seconds"][key] for turn in rounds]
        many = [turn["seconds"][same] for turn in rounds]
        lines.append(
            [
                title,
                str(texts),
                data["captum_batch"] if key.startswith("captum") else "",
                f"{median(turn['gradients'][key] for turn in rounds):.1f}",
                digits(median(texts / spent for spent in seconds)),
                digits(median(s / m for s, m in zip(seconds, many, strict=True))),
            ]
        )
    head = ["contender", "texts", "batch", "gradients", "texts a second", "times attribute_many"]
    remarks = "\n".join(f"- {remark}" for remark in remarks_of(data))
    machine = record.machine_in_words(data["machine"])
    return "\n\n".join([machine, common.table(head, lines), remarks])


def remarks_of(data: Data) -> list[str]:
    """What the texts are, and whether both ways give the same scores."""
    rounds, whole = data["rounds"], len(data["texts"])
    lengths = [text["subwords"] for text in data["texts"]]
    found = [turn["agreement"] for turn in rounds]
    same = [each["largest_difference_at_as_many_nodes"] for each in found]
    known = [difference for difference in same if difference is not None]
    return [
        f"{data['options']['model']}, baseline {data['baseline']}, {whole} texts of "
        f"{min(lengths)} to {max(lengths)} subwords, median {median(lengths):.0f}; "
        f"at least {min(turn['converged'] for turn in rounds)} of them converged in each round",
        f"{percent(min(each['equal'] for each in found))} of the texts have the same scores to "
        f"{EQUAL:g} one at a time, in the worst round; the largest difference is "
        f"{max(each['largest_difference'] for each in found):.2g}, relative to all scores of a "
        f"text {percent(max(each['largest_relative_difference'] for each in found))}",
        f"at most {max(each['other_nodes'] for each in found)} texts took another number of "
        f"nodes; among the others, the largest difference is "
        f"{f'{max(known):.2g}' if known else '–'}",
    ]


if __name__ == "__main__":
    main()
