"""Whether the scores of ``auto`` are as accurate as it says, and what that costs."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import common
import numpy as np
import record
from baselines import texts_of
from classifiers import load_classifier
from common import Reference, Subject, digits, median, percent, progress

from flair_lig_widget import ModelWrapper, attribute
from flair_lig_widget.result.request import LAYERS

BASELINES = "unk,pad,mask,zero"
TOLERANCES = (0.05, 0.01, 0.001)
SHORTEST, LONGEST = 5, 500
"""Subwords of the texts, special ones included."""

_GOLDEN = (5**0.5 - 1) / 2  # its multiples spread evenly over [0, 1), however many there are

Data = record.Data


def main(argv: Sequence[str] | None = None) -> None:
    """Measure, write the JSON file, print the tables."""
    options = parse(argv)
    data: Data = {**record.begin("calibration", options), "cases": []}
    for model in options.models:
        wrapper = ModelWrapper(load_classifier(model, data=options.data, cache=options.cache))
        for i, (length, baseline, layer) in enumerate(kinds(options)):
            if options.cache is None:
                subject = common.make_subject(wrapper, length=length, seed=i)
            else:
                words = texts_of(model, options.cache)[i].split()
                subject = common.cut_subject(wrapper, words, length=length)
            progress(
                f"{model}, path {i + 1} of {options.paths}: {len(subject.encoding.tokens)} "
                f"subwords, {baseline}, {layer}"
            )
            found = measure(subject, baseline=baseline, layer=layer, nodes=options.nodes)
            data["cases"] += [{"model": model, **case} for case in found]
            record.save(data, options.json)
    data["summary"] = list(summaries(data["cases"]))
    record.finish(data, options.json)
    print(report(data))


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """Options; ``--quick`` has other defaults."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a handful of short texts")
    parser.add_argument(
        "--json", type=Path, help="default: calibration.json here, none with --quick"
    )
    parser.add_argument("--paths", type=int, help="of each model, two cases each; default: 40")
    parser.add_argument("--models", default="demo", help="as in trained.py; default: demo")
    parser.add_argument("--data", type=Path, help="the folder of the data, for trained models")
    parser.add_argument(
        "--cache", type=Path, help="the folder of trained models; texts are then held-out ones"
    )
    parser.add_argument("--baselines", default=BASELINES, help=f"default: {BASELINES}")
    parser.add_argument("--layers", default=",".join(LAYERS))
    parser.add_argument("--longest", type=int, help=f"subwords of a text; default: {LONGEST}")
    parser.add_argument("--nodes", type=int, help="of the dense reference, odd; default: 257")
    options = parser.parse_args(argv)
    quick = options.quick
    for name in ("models", "baselines", "layers"):
        setattr(options, name, getattr(options, name).split(","))
    options.paths = options.paths or (4 if quick else 40)
    options.longest = options.longest or (20 if quick else LONGEST)
    options.nodes = options.nodes or (129 if quick else 257)
    if options.json is None and not quick:
        options.json = Path(__file__).with_suffix(".json")
    if options.nodes < common.LEAST_NODES or options.nodes % 2 == 0:
        parser.error(
            f"--nodes {options.nodes} is not possible; give an odd number of at least "
            f"{common.LEAST_NODES}"
        )
    if options.longest < SHORTEST:
        parser.error(f"--longest {options.longest} is not possible; give {SHORTEST} or more")
    return options


def kinds(options: argparse.Namespace) -> list[tuple[int, str, str]]:
    """Length, baseline and layer of each path.

    The lengths grow by a factor, and each pair of baseline and layer has short and long ones.
    """
    paths, baselines, layers = options.paths, options.baselines, options.layers
    pairs = len(baselines) * len(layers)
    order = sorted(range(paths), key=lambda i: (i // pairs, i % pairs * _GOLDEN % 1))
    lengths = dict(zip(order, np.geomspace(SHORTEST, options.longest, paths), strict=True))
    return [
        (
            round(lengths[i]),
            baselines[i % len(baselines)],
            layers[(i + i // len(baselines)) % len(layers)],
        )
        for i in range(paths)
    ]


def measure(subject: Subject, *, baseline: str, layer: str, nodes: int) -> list[Data]:
    """The two cases of one path: the logit of the label, and that minus the second label's."""
    prediction = subject.wrapper.predict(subject.text)
    target, second = sorted(prediction, key=prediction.__getitem__, reverse=True)[:2]
    a, b = (subject.wrapper.labels.index(label) for label in (target, second))
    logit, contrast = common.dense_references(
        subject,
        [lambda logits: logits[:, a], lambda logits: logits[:, a] - logits[:, b]],
        nodes=nodes,
        baseline=baseline,
        layer=layer,
    )
    cases = {"logit": ({}, logit), "contrast": ({"contrast": second}, contrast)}
    return [
        {
            "text": subject.text,
            "subwords": len(subject.encoding.tokens),
            "baseline": baseline,
            "layer": layer,
            "target": target,
            "second": second,
            "explained": name,
            "reference_own_error": reference.own_error,
            "results": [
                judged(subject, reference, tolerance, baseline=baseline, layer=layer, **options)
                for tolerance in TOLERANCES
            ],
        }
        for name, (options, reference) in cases.items()
    ]


def judged(subject: Subject, reference: Reference, tolerance: float, **options: Any) -> Data:
    """The error that a new call estimates, and its true error."""
    result = attribute(
        subject.classifier, subject.text, target=subject.target, tolerance=tolerance, **options
    )
    return {
        "tolerance": tolerance,
        "true_error": common.relative_error(result.scores, reference.scores),
        "error_estimate": result.error_estimate,
        "n_evaluations": result.n_evaluations,
        "converged": result.converged,
    }


def summaries(cases: Sequence[Data]) -> Iterator[Data]:
    """The summary of all cases at a tolerance, of what is explained, and of each model."""
    models = list(dict.fromkeys(case["model"] for case in cases))
    for tolerance in TOLERANCES:
        for kind in ("logit", "contrast", *(models if len(models) > 1 else ()), "all"):
            chosen = [
                result
                for case in cases
                if kind in ("all", case["explained"], case["model"])
                for result in case["results"]
                if result["tolerance"] == tolerance
            ]
            if chosen:
                yield {"tolerance": tolerance, "cases_of": kind, **summary(chosen)}


def summary(results: Sequence[Data]) -> Data:
    """Shares, quantiles and ratios of some results at one tolerance."""
    evaluations = [result["n_evaluations"] for result in results]
    errors = [result["true_error"] for result in results]
    return {
        "cases": len(results),
        "converged": float(np.mean([result["converged"] for result in results])),
        "within": float(
            np.mean([e <= r["tolerance"] for e, r in zip(errors, results, strict=True)])
        ),
        "evaluations": {
            "median": float(np.median(evaluations)),
            "mean": float(np.mean(evaluations)),
            "90th": float(np.percentile(evaluations, 90)),
        },
        "true_error": {"median": float(np.median(errors)), "largest": max(errors)},
        "estimate_to_true": median(
            result["error_estimate"] / result["true_error"]
            for result in results
            if result["error_estimate"] is not None and result["true_error"] > 0
        ),
    }


def report(data: Data) -> str:
    """The machine, the table and the accuracy of the references, in Markdown."""
    lines = [
        [
            f"{100 * row['tolerance']:g} %",
            row["cases_of"],
            str(row["cases"]),
            f"{100 * row['converged']:.1f} %",
            f"{100 * row['within']:.1f} %",
            f"{row['evaluations']['median']:.0f}",
            f"{row['evaluations']['mean']:.1f}",
            f"{row['evaluations']['90th']:.0f}",
            percent(row["true_error"]["median"]),
            percent(row["true_error"]["largest"]),
            digits(row["estimate_to_true"]),
        ]
        for row in data["summary"]
    ]
    head = ["tolerance", "cases of", "number", "converged", "within"]
    head += ["evaluations: median", "mean", "90th", "true error: median", "largest"]
    worst = max(case["reference_own_error"] for case in data["cases"])
    remark = f"- Half as many nodes change a dense reference by {percent(worst)} at most."
    table = common.table([*head, "estimate / true"], lines)
    return "\n\n".join([record.machine_in_words(data["machine"]), table, remark])


if __name__ == "__main__":
    main()
