"""The time of an explanation, next to Captum, transformers-interpret and the bare encoder."""

from __future__ import annotations

import argparse
import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import common
import record
from classifiers import load_classifier
from common import Floats, Subject, progress
from contenders import Contender, Run, contenders
from floor import watched
from iso_accuracy import iso_accuracy
from judging import LOGIT, SHAPE, dense, judge, shape_error
from peers import TransformersInterpret, captum_batch_seconds, in_words
from speed_report import report

from flair_lig_widget import LIGEngine, ModelWrapper
from flair_lig_widget.result.request import Request

LONGEST = {"demo": 500, "xlmr": 130}
"""Subwords beyond which a model is measured with ``--full`` only."""
LONGEST_500 = {"demo": 130, "xlmr": 30}
"""The same for Captum at 500 steps."""

Data = record.Data


def main(argv: Sequence[str] | None = None) -> None:
    """Measure, write the JSON file, print the tables."""
    options = parse(argv)
    data: Data = {**record.begin("speed", options), "iso_accuracy": [], "rows": []}
    for model in options.models:
        progress(f"{model}: loading")
        bench = Bench.of(model, options)
        if bench.iso is not None:
            data["iso_accuracy"].append({"model": bench.title, **bench.iso})
        for length in options.lengths:
            if length > LONGEST[model] and not options.full:
                progress(f"{model}: {length} subwords only with --full")
                continue
            data["rows"].append(bench.measure(length))
            record.save(data, options.json)
    record.finish(data, options.json)
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
    parser.add_argument(
        "--iso-texts", type=int, help="to find the points that Captum needs, 0: none; default: 24"
    )
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
    if options.iso_texts is None:
        options.iso_texts = 3 if quick else 24
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
    iso : dict or None
        What `iso_accuracy` found; None if it was not asked for or failed.
    failed : dict of str to str
        The contenders that cannot explain it, and why.
    """

    model: str
    wrapper: ModelWrapper
    explainer: TransformersInterpret | None
    iso: Data | None
    failed: dict[str, str]
    options: argparse.Namespace

    @classmethod
    def of(cls, model: str, options: argparse.Namespace) -> Bench:
        """Load a classifier and let every contender explain a few words."""
        wrapper = ModelWrapper(load_classifier(model, toy=options.quick))
        subject = common.make_subject(wrapper, length=8, seed=0)
        failed: dict[str, str] = {}
        explainer = iso = None
        try:
            explainer = TransformersInterpret(subject)
        except Exception as error:  # whatever it is, it is reported
            failed["transformers_interpret"] = in_words(error)
        for contender in contenders({50: 8}, explainer, iso_points=None, captum_500=False):
            try:
                contender.run(subject)
            except Exception as error:
                failed[contender.key] = in_words(error)
        first_result(subject)
        cached_results(subject)
        try:
            iso = find_iso(wrapper, options)
        except Exception as error:
            failed["captum_iso"] = in_words(error)
        for key, why in failed.items():
            progress(f"{model}: {key} does not run: {why}")
        return cls(model, wrapper, explainer, iso, failed, options)

    @property
    def title(self) -> str:
        """The model's name in the tables."""
        return self.model + (" (toy)" if self.options.quick and self.model == "xlmr" else "")

    def measure(self, length: int) -> Data:
        """Alternating runs of all contenders on texts of one length, and their errors."""
        options, name = self.options, f"{self.model}, {length} subwords"
        subjects = [
            common.make_subject(self.wrapper, length=length, seed=seed)
            for seed in range(options.texts)
        ]
        progress(f"{name}: choosing Captum's batch size")
        iso_points = None if self.iso is None else self.iso["points"]
        tried = {
            n_steps: captum_batch_seconds(subjects[:1], n_steps=n_steps)
            for n_steps in {50, iso_points or 50}
        }
        entrants = [
            contender
            for contender in contenders(
                {
                    n_steps: min(seconds, key=seconds.__getitem__)
                    for n_steps, seconds in tried.items()
                },
                self.explainer,
                iso_points=iso_points,
                captum_500=options.full
                or (length <= LONGEST_500[self.model] and not options.quick),
            )
            if contender.key not in self.failed
        ]
        texts = [
            self._measure_text(f"{name}, text {i}", subject, entrants)
            for i, subject in enumerate(subjects, start=1)
        ]
        return {
            "model": self.title,
            "length": length,
            "baseline": self.wrapper.baselines[0],
            "captum_batch_sizes": {
                n_steps: {str(batch or "all"): spent for batch, spent in seconds.items()}
                for n_steps, seconds in tried.items()
            },
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


def find_iso(wrapper: ModelWrapper, options: argparse.Namespace) -> Data | None:
    """How many points Captum needs; None if no texts are wanted for that."""
    if options.iso_texts == 0:
        return None
    longest = max(options.lengths)
    return iso_accuracy(wrapper, texts=options.iso_texts, longest=longest, nodes=options.nodes)


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


if __name__ == "__main__":
    main()
