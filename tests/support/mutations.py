"""JSON that was damaged: one or a few random changes to a valid document."""

from __future__ import annotations

import json
import random
from typing import Any

NUMBERS = (10**30, 10**400, -1, 2, 0, -0.0, 0.5, 1e308, -1e308, 1e150, 1e151, 5e-324, 1e-310)
OTHERS = ("", "3", "\ud800", "x" * 5000, None, True, False, [], {}, [[]], {"": 0}, [1e308] * 6)
CONSTANTS = (float("nan"), float("inf"), -float("inf"))
VALUES: tuple[Any, ...] = (*NUMBERS, *OTHERS, *CONSTANTS)


def mutated(source: str, seed: int) -> str:
    """The document with as many changes as the seed says; the same seed makes the same ones."""
    dice = random.Random(seed)
    if dice.random() < 0.1:
        return _cut(source, dice)
    data = json.loads(source)
    for _ in range(dice.choice((1, 1, 1, 2, 4))):
        _change(data, dice)
    found = json.dumps(data)
    return _cut(found, dice) if dice.random() < 0.02 else found


def _change(data: Any, dice: random.Random) -> None:
    places = list(_places(data))
    if not places:
        return
    parent, key = dice.choice(places)
    # Half of the changes are at the top, which has most kinds of fields; most places are tokens.
    if dice.random() < 0.5:
        parent, key = data, dice.choice(list(data))
    action = dice.randrange(6)
    value = parent[key]
    if action == 0:
        del parent[key]
    elif action == 1:
        parent[key] = [value]
    elif action == 2:
        _duplicate(parent, key, value)
    elif action == 3 and type(value) is float:
        parent[key] = dice.choice((value + 1, -value, value * 1e200, value * 1e-200))
    else:
        parent[key] = dice.choice(VALUES)


def _duplicate(parent: Any, key: Any, value: Any) -> None:
    if isinstance(parent, list):
        parent.insert(key, value)
    else:
        parent[f"{key} "] = value


def _places(data: Any) -> Any:
    """Every container with every key in it."""
    items = data.items() if isinstance(data, dict) else enumerate(data)
    for key, value in list(items):
        yield data, key
        if isinstance(value, (dict, list)):
            yield from _places(value)


def _cut(source: str, dice: random.Random) -> str:
    """Without the end, without a stretch, or with a stretch twice."""
    start, end = sorted(dice.randrange(len(source) + 1) for _ in range(2))
    return dice.choice(
        (source[:start], source[:start] + source[end:], source[:end] + source[start:])
    )
