"""How soon `LIGWidget` returns in a notebook that a person sits at, as a share of the whole."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import record
from common import digits, median, percent, progress
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import start_new_kernel

LIMIT = 600
"""Seconds until a cell counts as stuck."""

SETUP = """
import gc, json, time
from flair_lig_widget import DEMO_TEXT, LIGWidget, load_demo_classifier
classifier = load_demo_classifier()
"""
# A new widget has a new engine, so nothing is cached.
CELL = """
gc.collect()
started = time.perf_counter()
widget = LIGWidget(classifier, DEMO_TEXT)
first, returned = widget.attribution, time.perf_counter() - started
last = widget.wait()
finished = time.perf_counter() - started
widget.close()
print(json.dumps({
    "returned": returned,
    "finished": finished,
    "gradients_of_first": first.n_evaluations,
    "gradients": last.n_evaluations,
    "converged": last.converged,
}))
"""

Data = record.Data


def main(argv: Sequence[str] | None = None) -> None:
    """Measure, write the JSON file, print a line."""
    options = parse(argv)
    data: Data = {**record.begin("first_result", options), "runs": []}
    progress("starting a kernel")
    with kernel() as client:
        run(client, SETUP)
        run(client, CELL)  # untimed
        for i in range(options.widgets):
            data["runs"].append(json.loads(run(client, CELL)))
            progress(f"widget {i + 1} of {options.widgets}: {data['runs'][-1]}")
    record.finish(data, options.json)
    print(report(data))


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """Options; ``--quick`` has other defaults."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two widgets")
    parser.add_argument(
        "--json", type=Path, help="default: first_result.json here, none with --quick"
    )
    parser.add_argument("--widgets", type=int, help="default: 12")
    options = parser.parse_args(argv)
    options.widgets = options.widgets or (2 if options.quick else 12)
    if options.json is None and not options.quick:
        options.json = Path(__file__).with_suffix(".json")
    return options


@contextmanager
def kernel() -> Iterator[BlockingKernelClient]:
    """A new Jupyter kernel."""
    manager, client = start_new_kernel(startup_timeout=LIMIT)
    try:
        yield client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def run(client: BlockingKernelClient, code: str) -> str:
    """What a cell prints; it may ask for input, as those of a person's notebook may."""
    printed: list[str] = []

    def collect(message: dict[str, Any]) -> None:
        content = message["content"]
        if message["msg_type"] == "stream" and content["name"] == "stdout":
            printed.append(content["text"])

    reply = client.execute_interactive(
        code, allow_stdin=True, timeout=LIMIT, output_hook=collect, stdin_hook=lambda _: None
    )
    content = reply["content"]
    if content["status"] != "ok":
        raise RuntimeError("\n".join(content.get("traceback", [content["status"]])))
    return "".join(printed)


def report(data: Data) -> str:
    """The machine and one line, in Markdown."""
    runs = data["runs"]
    shares = [each["returned"] / each["finished"] for each in runs]
    returned, finished = (median(each[key] for each in runs) for key in ("returned", "finished"))
    line = (
        f"- `LIGWidget(classifier, DEMO_TEXT)` returns after {digits(returned)} s with "
        f"{median(each['gradients_of_first'] for each in runs):.0f} gradients, "
        f"{percent(median(shares))} of the {digits(finished)} s until the last result with "
        f"{median(each['gradients'] for each in runs):.0f} (medians of {len(runs)} widgets, of "
        f"which {sum(each['converged'] for each in runs)} converged; shares from "
        f"{percent(min(shares))} to {percent(max(shares))})"
    )
    return "\n\n".join([record.machine_in_words(data["machine"]), line])


if __name__ == "__main__":
    main()
