"""How long an explanation takes, next to Captum, transformers-interpret and the bare encoder."""

from __future__ import annotations

import argparse
import gc
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import common
import numpy as np
from common import Floats, Subject, digits, median, percent, progress
from floor import bare_encoder, watched
from peers import TransformersInterpret, captum_scores, in_words

from flair_lig_widget import Attribution, LIGEngine, ModelWrapper, attribute
from flair_lig_widget.request import Request

CAPTUM_BATCHES = (None, 8, 25)
LONGEST = {"demo": 500, "xlmr": 130}
"""Subwords beyond which a model is measured with ``--full`` only."""
LONGEST_500 = {"demo": 130, "xlmr": 30}
"""The same for Captum at 500 steps."""

Data = dict[str, Any]


@dataclass(frozen=True)
class Run:
    """What a contender has to show for its time.

    ``seconds`` is None where all of it counts.
    """

    gradients: int
    scores: Floats | None = None
    seconds: float | None = None
    details: Data = field(default_factory=dict)


@dataclass(frozen=True)
class Contender:
    """One way to explain a subject; ``rounds`` is None where it takes part in all of them."""

    key: str
    title: str
    run: Callable[[Subject], Run]
    rounds: int | None = None


def main(argv: Sequence[str] | None = None) -> None:
    """Measure, print the tables, write the JSON file."""
    options = parse(argv)
    data: Data = {
        "benchmark": "speed",
        "machine": common.machine(),
        "options": {k: str(v) if isinstance(v, Path) else v for k, v in vars(options).items()},
        "rows": [],
    }
    for model in options.models:
        progress(f"{model}: loading")
        wrapper = ModelWrapper(common.load_classifier(model, toy=options.quick))
        explainer, failed = warm_up(wrapper)
        for length in options.lengths:
            if length > LONGEST[model] and not options.full:
                progress(f"{model}: {length} subwords only with --full")
                continue
            row = measure(model, wrapper, length, explainer, failed, options)
            data["rows"].append(row)
            common.save(data, options.json)
    data["machine"]["load_average_at_end"] = [round(load, 2) for load in os.getloadavg()]
    common.save(data, options.json)
    print(report(data))


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """Options; ``--quick`` has defaults of its own."""
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
    options.models = (options.models or "demo,xlmr").split(",")
    options.lengths = [
        int(n) for n in (options.lengths or ("20" if quick else "30,130,500")).split(",")
    ]
    options.texts = options.texts or (1 if quick else 2)
    options.rounds = options.rounds or (1 if quick else 3)
    options.nodes = options.nodes or (65 if quick else 257)
    if options.json is None and not quick:
        options.json = Path(__file__).with_suffix(".json")
    if unknown := set(options.models) - set(LONGEST):
        parser.error(f"unknown model {', '.join(sorted(unknown))}; models are {', '.join(LONGEST)}")
    if options.nodes < 13 or options.nodes % 2 == 0:
        parser.error(f"--nodes {options.nodes} cannot be; give an odd number from 13 on")
    return options


def contenders(
    batch: int | None, explainer: TransformersInterpret | None, *, captum_500: bool
) -> Iterator[Contender]:
    """Everybody who takes part, in the order of each round."""
    yield Contender("ours", "ours, 1 %", watched_run)
    yield Contender("ours_2", "ours, 2 %", lambda s: run_ours(s, tolerance=0.02))
    yield Contender(
        "bfloat16",
        "ours, 2 %, precision auto",
        lambda s: run_ours(s, tolerance=0.02, precision="auto"),
    )
    yield Contender("captum_50", "Captum, 50 steps", lambda s: run_captum(s, 50, batch))
    if explainer is not None:
        yield Contender(
            "transformers_interpret",
            "transformers-interpret, 50 steps",
            lambda s: run_transformers_interpret(s, explainer),
        )
    yield Contender("floor", "bare encoder, the batches of ours, 1 %", run_floor)
    yield Contender("all_labels", "ours, 1 %, all labels at once", run_all_labels)
    yield Contender("label_by_label", "ours, 1 %, label by label", run_label_by_label, rounds=1)
    if captum_500:
        yield Contender(
            "captum_500", "Captum, 500 steps", lambda s: run_captum(s, 500, 3), rounds=1
        )


def run_ours(subject: Subject, **options: Any) -> Run:
    """A fresh call, with nothing kept from an earlier one."""
    found = attribute(subject.classifier, subject.text, target=subject.target, **options)
    details = {
        "converged": found.converged,
        "error_estimate": found.error_estimate,
        "precision": getattr(found, "precision", None),
    }
    return Run(found.n_evaluations, found.scores, details=details)


def watched_run(subject: Subject) -> Run:
    """The same at 1 %, while it is noted how the encoder is called."""
    with watched(subject.classifier.embeddings.model) as batches:
        run = run_ours(subject, tolerance=0.01)
    subject.batches = batches
    run.details["batches"] = [list(batch) for batch in batches]
    return run


def run_all_labels(subject: Subject) -> Run:
    """Every label in one pass; measured by the scores of the subject's label."""
    found: Mapping[str, Attribution] = attribute(
        subject.classifier, subject.text, target="all", tolerance=0.01
    )
    points = max(answer.n_evaluations for answer in found.values())
    return Run(points * len(found), found[subject.target].scores)


def run_label_by_label(subject: Subject) -> Run:
    """Every label by a fresh call of its own."""
    found = {
        label: attribute(subject.classifier, subject.text, target=label, tolerance=0.01)
        for label in subject.wrapper.labels
    }
    gradients = sum(answer.n_evaluations for answer in found.values())
    return Run(gradients, found[subject.target].scores)


def run_captum(subject: Subject, n_steps: int, batch: int | None) -> Run:
    """Captum over `ModelWrapper`."""
    scores = captum_scores(subject, n_steps=n_steps, internal_batch_size=batch)
    return Run(n_steps, scores, details={"internal_batch_size": batch})


def run_transformers_interpret(subject: Subject, explainer: TransformersInterpret) -> Run:
    """transformers-interpret on the same encoder, pooling and decoder."""
    return Run(explainer.n_steps, explainer.scores(subject))


def run_floor(subject: Subject) -> Run:
    """The bare encoder; what is done around it does not count."""
    spent = bare_encoder(subject)
    gradients = sum(batch.rows for batch in subject.batches if batch.gradient)
    details = {"gradient_seconds": spent.with_gradient}
    return Run(gradients, seconds=sum(spent), details=details)


def warm_up(wrapper: ModelWrapper) -> tuple[TransformersInterpret | None, dict[str, str]]:
    """Let everybody explain a few words, and say who cannot, and why."""
    subject = common.make_subject(wrapper, length=8, seed=0)
    failed: dict[str, str] = {}
    explainer = None
    try:
        explainer = TransformersInterpret(subject)
    except Exception as error:
        failed["transformers_interpret"] = in_words(error)
    for contender in contenders(8, explainer, captum_500=False):
        try:
            contender.run(subject)
        except Exception as error:
            failed[contender.key] = in_words(error)
    for key, why in failed.items():
        progress(f"{key} does not run: {why}")
    return explainer, failed


def measure(
    model: str,
    wrapper: ModelWrapper,
    length: int,
    explainer: TransformersInterpret | None,
    failed: Mapping[str, str],
    options: argparse.Namespace,
) -> Data:
    """Alternating runs of everybody on texts of one length, and how right the scores are."""
    subjects = [
        common.make_subject(wrapper, length=length, seed=seed) for seed in range(options.texts)
    ]
    progress(f"{model}, {length} subwords: choosing Captum's batch size")
    tried = {str(b): timed(lambda b=b: run_captum(subjects[0], 50, b))[0] for b in CAPTUM_BATCHES}
    batch = min(CAPTUM_BATCHES, key=lambda b: tried[str(b)])
    captum_500 = options.full or (length <= LONGEST_500[model] and not options.quick)
    everybody = [
        contender
        for contender in contenders(batch, explainer, captum_500=captum_500)
        if contender.key not in failed
    ]
    row: Data = {
        "model": model,
        "length": length,
        "captum_batch_sizes": tried,
        "captum_batch_size": batch,
        "failed": dict(failed),
        "contenders": {c.key: {"title": c.title, "runs": [], "errors": []} for c in everybody},
        "texts": [],
    }
    for i, subject in enumerate(subjects):
        row["texts"].append(measure_text(i, subject, everybody, explainer, row, options))
    return row


def measure_text(
    i: int,
    subject: Subject,
    everybody: Sequence[Contender],
    explainer: TransformersInterpret | None,
    row: Data,
    options: argparse.Namespace,
) -> Data:
    """All rounds of one text; its runs and errors go into ``row``, the rest is returned."""
    name = f"{row['model']}, {row['length']} subwords, text {i + 1}"
    scores: dict[str, Floats] = {}
    first = []
    for turn in range(options.rounds):
        for contender in everybody:
            if contender.rounds is not None and turn >= contender.rounds:
                continue
            seconds, run = timed(lambda contender=contender: contender.run(subject))
            seconds = seconds if run.seconds is None else run.seconds
            progress(f"{name}, round {turn + 1}: {contender.title}: {seconds:.3f} s")
            row["contenders"][contender.key]["runs"].append(
                {
                    "text": i,
                    "round": turn,
                    "seconds": seconds,
                    "gradients": run.gradients,
                    **run.details,
                }
            )
            if run.scores is not None:
                scores[contender.key] = run.scores
        first.append(first_answer(subject))
    notes = [] if explainer is None else [*explainer.notes, *explainer.differences(subject)]
    alike = explainer is not None and explainer.reads_alike(subject)
    progress(f"{name}: cached answers")
    kept = cached_answers(subject)
    progress(f"{name}: dense reference of {options.nodes} nodes")
    own_errors = add_errors(row, subject, scores, alike=alike, nodes=options.nodes)
    return {
        "subwords": len(subject.encoding.tokens),
        "target": subject.target,
        "first_answer": first,
        "cached_answers": kept,
        "reference_own_errors": own_errors,
        "transformers_interpret_notes": notes,
    }


def timed(work: Callable[[], Run]) -> tuple[float, Run]:
    """Seconds that work takes, and what comes of it."""
    gc.collect()
    started = time.perf_counter()
    run = work()
    return time.perf_counter() - started, run


def first_answer(subject: Subject) -> Data:
    """When a stream gives its first answer and its last one, in seconds, and how many in all."""
    gc.collect()
    started = time.perf_counter()
    stream = LIGEngine(subject.classifier).stream(
        Request(text=subject.text, target=subject.target, tolerance=0.01)
    )
    seconds = [time.perf_counter() - started for _ in stream]
    return {"first": seconds[0], "last": seconds[-1], "answers": len(seconds)}


def cached_answers(subject: Subject) -> list[Data]:
    """Seconds and encoder calls of answers whose derivatives one engine has already."""
    engine = LIGEngine(subject.classifier)

    def ask(**options: Any) -> Data:
        request = Request(text=subject.text, target=subject.target, **options)
        with watched(subject.classifier.embeddings.model) as batches:
            started = time.perf_counter()
            engine.attribute(request)
            seconds = time.perf_counter() - started
        return {"request": options, "seconds": seconds, "encoder_calls": len(batches)}

    ask(tolerance=0.01)
    ask(method="riemann_trapezoid", n_steps=17)
    return [
        ask(tolerance=0.01),
        ask(tolerance=0.05),
        ask(method="riemann_trapezoid", n_steps=9),
        ask(method="riemann_left", n_steps=16),
        ask(method="riemann_right", n_steps=8),
    ]


def add_errors(
    row: Data, subject: Subject, scores: Mapping[str, Floats], *, alike: bool, nodes: int
) -> Data:
    """Relative L2 error of everybody's scores, against the dense references.

    transformers-interpret normalises its scores and explains a probability: it is compared
    with a dense reference of the probability, both normalised, if it reads the same subwords.
    """
    output, wrapper = subject.output, subject.wrapper
    objectives = [lambda logits: logits[:, output]]
    if alike:
        objectives.append(lambda logits: wrapper.probabilities(logits)[:, output])
    logit, *probability = common.dense_references(subject, objectives, nodes=nodes)
    for key, found in scores.items():
        entry = row["contenders"][key]
        if key != "transformers_interpret":
            entry["errors"].append(common.relative_error(found, logit.scores))
        elif alike:
            found, true = normalised(found), normalised(probability[0].scores)
            entry["errors"].append(common.relative_error(found, true))
            apart = common.relative_error(found, normalised(logit.scores))
            entry.setdefault("distances_from_logit_scores", []).append(apart)
    return {
        "logit": logit.own_error,
        **({"probability": probability[0].own_error} if probability else {}),
    }


def normalised(scores: Floats) -> Floats:
    """Scores divided by their L2 norm."""
    return scores / np.linalg.norm(scores)


def report(data: Data) -> str:
    """The tables and the remarks, in Markdown."""
    rows = data["rows"]
    parts = [
        common.machine_in_words(data["machine"]),
        common.table(
            [
                "model",
                "subwords",
                "contender",
                "batch",
                "gradients",
                "seconds",
                "times ours",
                "error",
            ],
            [line for row in rows for line in contender_lines(row)],
        ),
        common.table(
            [
                "model",
                "subwords",
                "a gradient / floor",
                "whole / floor",
                "first answer",
                "cached",
                "encoder calls",
                "label by label / at once",
                "Captum 50 / bfloat16",
            ],
            [own_line(row) for row in rows],
        ),
        "\n".join(remarks(rows)),
    ]
    return "\n\n".join(part for part in parts if part)


def contender_lines(row: Data) -> Iterator[list[str]]:
    """One line of the first table for each contender."""
    subwords = "/".join(str(text["subwords"]) for text in row["texts"])
    for key, entry in row["contenders"].items():
        runs, errors = entry["runs"], entry["errors"]
        batch = runs[0].get("internal_batch_size", "") if runs else ""
        yield [
            row["model"],
            subwords,
            entry["title"],
            "all" if batch is None else str(batch),
            f"{median(run['gradients'] for run in runs):.0f}" if runs else "–",
            digits(median(run["seconds"] for run in runs)),
            digits(ratio(row, key, "ours")),
            percent(max(errors) if errors else None),
        ]


def own_line(row: Data) -> list[str]:
    """The line of the second table."""
    first = [shown["first"] / shown["last"] for t in row["texts"] for shown in t["first_answer"]]
    kept = [answer for text in row["texts"] for answer in text["cached_answers"]]
    return [
        row["model"],
        "/".join(str(text["subwords"]) for text in row["texts"]),
        digits(ratio(row, "ours", "floor", of="gradient_seconds")),
        digits(ratio(row, "ours", "floor")),
        percent(median(first)),
        f"{digits(1000 * max(answer['seconds'] for answer in kept), 2)} ms",
        str(sum(answer["encoder_calls"] for answer in kept)),
        digits(ratio(row, "label_by_label", "all_labels")),
        digits(ratio(row, "captum_50", "bfloat16")),
    ]


def ratio(row: Data, key: str, other: str, *, of: str = "seconds") -> float | None:
    """Median of the ratios of two contenders in the same round of the same text."""
    runs, others = (
        {(run["text"], run["round"]): run for run in row["contenders"][k]["runs"]}
        if k in row["contenders"]
        else {}
        for k in (key, other)
    )
    pairs = [
        runs[at]["seconds"] / others[at][of] for at in runs if at in others and others[at][of] > 0
    ]
    return median(pairs)


def remarks(rows: Sequence[Data]) -> list[str]:
    """What must be known to read the tables."""
    found: dict[str, None] = {}  # in order, once each
    for row in rows:
        model = row["model"]
        for key, why in row["failed"].items():
            found[f"- {model}: {key} does not run: {why}"] = None
        for i, text in enumerate(row["texts"]):
            for note in text["transformers_interpret_notes"]:
                found[f"- {model}: transformers-interpret {note}"] = None
            worst = max(text["reference_own_errors"].values())
            if worst > 1e-3:
                found[
                    f"- {model}, {row['length']} subwords, text {i + 1}: the reference itself "
                    f"changes by {percent(worst)} when it has half as many nodes"
                ] = None
    return list(found)


if __name__ == "__main__":
    main()
