"""The time of an explanation, next to Captum, transformers-interpret and the bare encoder."""

from __future__ import annotations

import argparse
import gc
import os
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import common
import numpy as np
from classifiers import load_classifier
from common import Floats, Reference, Subject, progress
from contenders import LOGIT, PROBABILITY, SHAPE, Contender, Run, captum, contenders
from floor import watched
from peers import TransformersInterpret, in_words
from speed_report import report

from flair_lig_widget import LIGEngine, ModelWrapper
from flair_lig_widget.result.request import Request

CAPTUM_BATCHES = (None, 8, 25)
LONGEST = {"demo": 500, "xlmr": 130}
"""Subwords beyond which a model is measured with ``--full`` only."""
LONGEST_500 = {"demo": 130, "xlmr": 30}
"""The same for Captum at 500 steps."""

Data = dict[str, Any]


def main(argv: Sequence[str] | None = None) -> None:
    """Measure, write the JSON file, print the tables."""
    options = parse(argv)
    data: Data = {
        "benchmark": "speed",
        "machine": common.machine(),
        "options": {**vars(options), "json": options.json and options.json.name},
        "rows": [],
    }
    for model in options.models:
        progress(f"{model}: loading")
        bench = Bench.of(model, options)
        for length in options.lengths:
            if length > LONGEST[model] and not options.full:
                progress(f"{model}: {length} subwords only with --full")
                continue
            data["rows"].append(bench.measure(length))
            common.save(data, options.json)
    data["machine"]["load_average_at_end"] = [round(load, 2) for load in os.getloadavg()]
    common.save(data, options.json)
    print(report(data))


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """Options; ``--quick`` has other defaults."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a short text, one round, a toy xlmr")
    parser.add_argument("--full", action="store_true", help="what takes minutes a run, too")
    parser.add_argument("--json", type=Path, help="default: speed.json here, none with --quick")
    parser.add_argument("--models", help="default: demo,xlmr")
    parser.add_argument("--lengths", help="subwords of the texts; default: 30,130,500")
    parser.add_argument("--texts", type=int, help="texts of each length; default: 2")
    parser.add_argument("--rounds", type=int, help="runs of each text; default: 3")
    parser.add_argument("--nodes", type=int, help="of the dense reference, odd; default: 257")
    options = parser.parse_args(argv)
    quick = options.quick
    lengths = options.lengths or ("20" if quick else "30,130,500")
    try:
        options.lengths = [int(length) for length in lengths.split(",")]
    except ValueError:
        parser.error(f"--lengths {lengths} is not possible; give numbers such as 30,130")
    options.models = (options.models or "demo,xlmr").split(",")
    options.texts = options.texts or (1 if quick else 2)
    options.rounds = options.rounds or (1 if quick else 3)
    options.nodes = options.nodes or (65 if quick else 257)
    if options.json is None and not quick:
        options.json = Path(__file__).with_suffix(".json")
    if unknown := set(options.models) - set(LONGEST):
        parser.error(f"unknown model {', '.join(sorted(unknown))}; models are {', '.join(LONGEST)}")
    if options.nodes < common.LEAST_NODES or options.nodes % 2 == 0:
        parser.error(
            f"--nodes {options.nodes} is not possible; give an odd number of at least "
            f"{common.LEAST_NODES}"
        )
    return options


@dataclass(frozen=True, eq=False)
class Bench:
    """One classifier, and the contenders that can explain it.

    Attributes
    ----------
    explainer : TransformersInterpret or None
        None if it does not run.
    failed : dict of str to str
        The contenders that cannot explain it, and why.
    """

    model: str
    wrapper: ModelWrapper
    explainer: TransformersInterpret | None
    failed: dict[str, str]
    options: argparse.Namespace

    @classmethod
    def of(cls, model: str, options: argparse.Namespace) -> Bench:
        """Load a classifier and let every contender explain a few words."""
        wrapper = ModelWrapper(load_classifier(model, toy=options.quick))
        subject = common.make_subject(wrapper, length=8, seed=0)
        failed: dict[str, str] = {}
        explainer = None
        try:
            explainer = TransformersInterpret(subject)
        except Exception as error:  # whatever it is, it is reported
            failed["transformers_interpret"] = in_words(error)
        for contender in contenders(8, explainer, captum_500=False):
            try:
                contender.run(subject)
            except Exception as error:
                failed[contender.key] = in_words(error)
        first_result(subject)
        cached_results(subject)
        for key, why in failed.items():
            progress(f"{model}: {key} does not run: {why}")
        return cls(model, wrapper, explainer, failed, options)

    def measure(self, length: int) -> Data:
        """Alternating runs of all contenders on texts of one length, and their errors."""
        options, name = self.options, f"{self.model}, {length} subwords"
        subjects = [
            common.make_subject(self.wrapper, length=length, seed=seed)
            for seed in range(options.texts)
        ]
        progress(f"{name}: choosing Captum's batch size")
        tried: dict[int | None, float] = {}
        for batch in CAPTUM_BATCHES:
            with suppress(RuntimeError):  # torch raises it if there is not enough memory
                tried[batch], _ = timed(partial(captum, n_steps=50, batch=batch), subjects[0])
        best = min(tried, key=tried.__getitem__)
        captum_500 = options.full or (length <= LONGEST_500[self.model] and not options.quick)
        entrants = [
            contender
            for contender in contenders(best, self.explainer, captum_500=captum_500)
            if contender.key not in self.failed
        ]
        texts = [
            self._measure_text(f"{name}, text {i}", subject, entrants)
            for i, subject in enumerate(subjects, start=1)
        ]
        return {
            "model": self.model + (" (toy)" if options.quick and self.model == "xlmr" else ""),
            "length": length,
            "captum_50_batch_sizes": {str(b or "all"): tried[b] for b in tried},
            "titles": {contender.key: contender.title for contender in entrants},
            "failed": self.failed,
            "texts": texts,
        }

    def _measure_text(self, name: str, subject: Subject, entrants: Sequence[Contender]) -> Data:
        scores: dict[str, Floats] = {}
        runs: dict[str, list[Data]] = {contender.key: [] for contender in entrants}
        failed: dict[str, str] = {}
        first = []
        for turn in range(self.options.rounds):
            for contender in entrants:
                over = contender.rounds is not None and turn >= contender.rounds
                if over or contender.key in failed:
                    continue
                try:
                    seconds, run = timed(contender.run, subject)
                except Exception as error:  # such as too little memory; the others continue
                    failed[contender.key] = in_words(error)
                    progress(f"{name}: {contender.key} does not run: {failed[contender.key]}")
                    continue
                progress(f"{name}, round {turn + 1}: {contender.title}: {seconds:.3f} s")
                seconds = seconds if run.seconds is None else run.seconds
                runs[contender.key].append(
                    {"seconds": seconds, "gradients": run.gradients, **run.details}
                )
                if run.scores is not None:
                    scores[contender.key] = run.scores
            first.append(first_result(subject))
        progress(f"{name}: results from the cache")
        cached = cached_results(subject)
        progress(f"{name}: dense references of {self.options.nodes} nodes")
        references = dense(subject, self.options.nodes)
        explainer = self.explainer
        return {
            "text": subject.text,
            "subwords": len(subject.encoding.tokens),
            "target": subject.target,
            "runs": runs,
            "failed": failed,
            "errors": {
                contender.key: judge(scores[contender.key], references, contender.judged_by)
                for contender in entrants
                if contender.key in scores
            },
            "distances_from_the_logits_shape": {
                contender.key: shape_error(scores[contender.key], references[LOGIT])
                for contender in entrants
                if contender.judged_by == SHAPE and contender.key in scores
            },
            "reference_own_errors": {k: found.own_error for k, found in references.items()},
            "first_result": first,
            "cached_results": cached,
            "notes": [*explainer.notes, *explainer.differences(subject)] if explainer else [],
        }


def timed(work: Callable[[Subject], Run], subject: Subject) -> tuple[float, Run]:
    """The seconds that an explanation takes, and its run."""
    gc.collect()
    started = time.perf_counter()
    run = work(subject)
    return time.perf_counter() - started, run


def first_result(subject: Subject) -> Data:
    """Seconds until a stream at 1 % gives its first result and its last, and how many it gives."""
    gc.collect()
    started = time.perf_counter()
    stream = LIGEngine(subject.classifier).stream(
        Request(text=subject.text, target=subject.target, tolerance=0.01)
    )
    seconds = [time.perf_counter() - started for _ in stream]
    return {"first": seconds[0], "last": seconds[-1], "results": len(seconds)}


def cached_results(subject: Subject) -> list[Data]:
    """Seconds and encoder calls of results whose derivatives an engine has in its cache."""
    engine = LIGEngine(subject.classifier)

    def run(**options: Any) -> Data:
        request = Request(text=subject.text, target=subject.target, **options)
        with watched(subject.encoder) as batches:
            started = time.perf_counter()
            engine.attribute(request)
            seconds = time.perf_counter() - started
        return {"request": options, "seconds": seconds, "encoder_calls": len(batches)}

    run(tolerance=0.01)
    run(method="riemann_trapezoid", n_steps=17)
    return [
        run(tolerance=0.01),
        run(tolerance=0.05),
        run(method="riemann_trapezoid", n_steps=9),
        run(method="riemann_left", n_steps=16),
        run(method="riemann_left", n_steps=8),
    ]


def dense(subject: Subject, nodes: int) -> dict[str, Reference]:
    """What scores are compared with: the logit, and the probability that others explain."""
    output, probabilities = subject.output, subject.wrapper.probabilities
    logit, probability = common.dense_references(
        subject,
        [lambda logits: logits[:, output], lambda logits: probabilities(logits)[:, output]],
        nodes=nodes,
    )
    return {LOGIT: logit, PROBABILITY: probability}


def judge(found: Floats, references: dict[str, Reference], judged_by: str) -> float:
    """Relative L2 error of token scores."""
    if judged_by == SHAPE:
        return shape_error(found, references[PROBABILITY])
    return common.relative_error(found, references[judged_by].scores)


def shape_error(found: Floats, reference: Reference) -> float:
    """The same after dividing both by their L2 norm."""
    true = reference.scores
    return common.relative_error(found / np.linalg.norm(found), true / np.linalg.norm(true))


if __name__ == "__main__":
    main()
