"""A small corpus whose labels, words and ids break what is not escaped; no model computed it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flair_lig_widget.corpus.columns import failed_row
from support.corpora import text_row, write_rows

LABELS = ("business", "<b>sport</b> & 'more'", "\u202eעסקים")
MARKUP, RIGHT_TO_LEFT = "<script>window.pwned=1</script>", "בנק"
FAILED = '"=1+1"'
IDS = {
    1: "<img src=x onerror=alert(1)>",
    2: "טקסט 2",
    3: "\u202e3",
    4: "</script><script>alert(1)</script>",
    18: FAILED,
}
"""The ids of some texts; that of the others is ``text`` with their number."""
WRONG, WITHOUT_GOLD = 4, 7
"""A text whose prediction is wrong, and one whose gold label is not known."""
N_EXPLAINED = 18


def hostile_row(number: int) -> dict[str, Any]:
    """Five words: three are in every text, one in capitals in the first, one in this text alone."""
    target = LABELS[number % len(LABELS)]
    gold = LABELS[0] if number == WRONG else target
    return text_row(
        number,
        [
            ("Airline" if number == 0 else "airline", 0.5 - number / 128),
            (MARKUP, number / 64 - 0.25),
            (RIGHT_TO_LEFT, 0.0625 * (-1) ** number),
            ("profit", 0.125),
            (f"word{number}", 1 / 1024),
        ],
        target=target,
        id=IDS.get(number, f"text {number}"),
        gold=None if number == WITHOUT_GOLD else gold,
        probability=0.5 + number / 64,
        probabilities=[
            0.5 + number / 64 if label == target else 0.25 - number / 128 for label in LABELS
        ],
        baseline_probabilities=[0.25, 0.25, 0.5],
    )


def write_hostile_corpus(folder: Path) -> Path:
    """Eighteen explained texts, six for each label, and one that could not be explained."""
    failed = {"row": 18, "id": FAILED, "text": f"{MARKUP} \u202e", "gold": LABELS[1]}
    rows = [hostile_row(number) for number in range(N_EXPLAINED)]
    rows.append(failed_row(failed, f"ValueError: {MARKUP} is not possible"))
    return write_rows(folder, rows, labels=LABELS, model="<i>model</i>")
