"""The tables of the benchmark of speed: ``python benchmarks/speed_report.py FILE`` prints them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import mean
from typing import Any

from common import digits, median, percent, table
from iso_accuracy import share_within
from record import machine_in_words

Row = dict[str, Any]

UNSTEADY = 1.5
"""Slowest to fastest round of a contender above which its times are not reliable."""


def report(data: dict[str, Any]) -> str:
    """The machine, the tables and the remarks, in Markdown."""
    rows = data["rows"]
    contenders = table(
        ["model", "subwords", "contender", "batch", "gradients", "seconds", "times ours", "error"],
        [line for row in rows for line in contender_lines(row)],
    )
    ours = table(
        [
            "model",
            "subwords",
            "a gradient / floor",
            "whole / floor",
            "first result",
            "cached result",
            "its encoder calls",
            "label by label / at once",
            "Captum 50 / bfloat16",
            "ours / Captum 50",
            "ours / Captum at 1 %",
        ],
        [own_line(row) for row in rows],
    )
    iso = table(
        [
            *("model", "baseline", "texts", "subwords", "contender", "gradients"),
            *("within 1 %", "median error", "largest error"),
        ],
        [line for found in data["iso_accuracy"] for line in iso_lines(found)],
    )
    parts = [machine_in_words(data["machine"]), contenders, ours, iso, remarks(rows)]
    return "\n\n".join(parts)


def contender_lines(row: Row) -> Iterator[list[str]]:
    """One line of the first table for each contender."""
    for key, title in row["titles"].items():
        runs = runs_of(row, key)
        if not runs:
            continue
        errors = [text["errors"].get(key) for text in row["texts"]]
        known = [error for error in errors if error is not None]
        batch = runs[0].get("internal_batch_size", "")
        yield [
            row["model"],
            subwords(row),
            title,
            "all" if batch is None else str(batch),
            f"{median(run['gradients'] for run in runs):.0f}",
            digits(median(run["seconds"] for run in runs)),
            digits(ratio(row, key, "ours")),
            percent(max(known) if known else None),
        ]


def own_line(row: Row) -> list[str]:
    """The line of the second table."""
    first = [run["first"] / run["last"] for text in row["texts"] for run in text["first_result"]]
    cached = [result for text in row["texts"] for result in text["cached_results"]]
    return [
        row["model"],
        subwords(row),
        digits(ratio(row, "ours", "floor", of="gradient_seconds")),
        digits(ratio(row, "ours", "floor")),
        percent(median(first)),
        f"{digits(1000 * max(result['seconds'] for result in cached), 2)} ms",
        str(sum(result["encoder_calls"] for result in cached)),
        digits(ratio(row, "label_by_label", "all_labels")),
        digits(ratio(row, "captum_50", "bfloat16")),
        digits(ratio(row, "ours", "captum_50")),
        digits(ratio(row, "ours", "captum_iso")),
    ]


def iso_lines(found: dict[str, Any]) -> Iterator[list[str]]:
    """Two lines of the third table: what Captum needs to be within 1 %, and ours there."""
    texts, points = found["texts"], found["points"]
    lengths = [text["subwords"] for text in texts]
    gradients = [text["ours"]["gradients"] for text in texts]
    for contender, needed, errors in (
        ("Captum", "too many" if points is None else str(points), [t["error"] for t in texts]),
        ("ours, 1 %", f"{mean(gradients):.1f}", [text["ours"]["error"] for text in texts]),
    ):
        yield [
            found["model"],
            found["baseline"],
            str(len(texts)),
            f"{min(lengths)} to {max(lengths)}",
            contender,
            needed,
            f"{100 * share_within(errors):.1f} %",
            percent(median(errors)),
            percent(max(errors)),
        ]


def remarks(rows: Sequence[Row]) -> str:
    """What readers of the tables must know, each remark once."""
    found: list[str] = []
    for row in rows:
        model = row["model"]
        found += [f"{model}: {key} does not run: {why}" for key, why in row["failed"].items()]
        precisions = {run["precision"] for run in runs_of(row, "bfloat16")}
        if precisions:
            names = " and ".join(sorted(map(str, precisions)))
            found.append(f"{model}, {subwords(row)} subwords: precision auto computed in {names}")
        for text in row["texts"]:
            place = f"{model}, {text['subwords']} subwords"
            found += [f"{place}: {key} does not run: {why}" for key, why in text["failed"].items()]
            found += [f"{model}: transformers-interpret {note}" for note in text["notes"]]
            if not all(run["converged"] for run in text["runs"].get("ours", [])):
                found.append(f"{place}: ours did not reach 1 %")
            spread = max(map(slowest_to_fastest, text["runs"].values()))
            if spread > UNSTEADY:
                found.append(
                    f"{place}: runs of the same thing differ by a factor of {digits(spread, 2)}: "
                    "was the machine busy with something else?"
                )
            worst = max(text["reference_own_errors"].values())
            if worst > 1e-3:
                found.append(
                    f"{place}: a dense reference changes by {percent(worst)} when it has half as "
                    "many nodes"
                )
    return "\n".join(f"- {remark}" for remark in dict.fromkeys(found))


def runs_of(row: Row, key: str) -> list[dict[str, Any]]:
    """All runs of a contender, text by text and round by round."""
    return [run for text in row["texts"] for run in text["runs"].get(key, [])]


def slowest_to_fastest(runs: Sequence[dict[str, Any]]) -> float:
    """The slowest round divided by the fastest, of one contender and one text."""
    seconds = [run["seconds"] for run in runs]
    return max(seconds) / min(seconds) if seconds else 1.0


def ratio(row: Row, key: str, other: str, *, of: str = "seconds") -> float | None:
    """Median of the ratios of two contenders' seconds in the same round of the same text."""
    return median(
        run["seconds"] / paired[of]
        for text in row["texts"]
        for run, paired in zip(text["runs"].get(key, []), text["runs"].get(other, []), strict=False)
        if paired[of] > 0
    )


def subwords(row: Row) -> str:
    """The real lengths of the texts, such as ``30/29``."""
    return "/".join(str(text["subwords"]) for text in row["texts"])


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("give the JSON file that speed.py wrote, such as benchmarks/speed.json")
    print(report(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))))
