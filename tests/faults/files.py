"""Saved results with something changed: refused in words, or a result that every export takes."""

from __future__ import annotations

import copy
import inspect
import json
import math
import pickle
import random
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hypothesis
from hypothesis import strategies as st
from support.attributions import make
from support.faithfulness import example, first, hostile
from support.hostile import hostile_attribution

from faults.outcome import Budget, Fault, Outcome, Tally, described, in_words
from flair_lig_widget import Attribution, Faithfulness, load_attribution, load_faithfulness
from flair_lig_widget.frontend.check import check_to_wire

Saved = Attribution | Faithfulness

VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 3, 2**31, 2**63, 10**30, 10**400, 0.5, -0.0),
    *(1e-320, 1e300, 1e308, -1e308, math.nan, math.inf),
    *("", " ", "\x00", "\ud800", "\ud83d\ude00", "</script>", "logit", "x" * 300, "1e999"),
    *([], {}, [1], [[]], [[1.0, 2.0]], {"a": 1}, {"": 0}, [None], [0, 10**9], [5, 2], ["business"]),
)
CHARACTERS = '{}[]",:0123456789.eE+-\\untrfaslx \n\x00\ud800é'
PAINTED = ("to_svg", "to_png")
"""Exports that matplotlib draws, which takes a hundred times as long; one in ten is drawn."""


def originals() -> list[Saved]:
    """Results of both kinds, with and without every optional field."""
    full = hostile_attribution("Profit <b>fell</b> 7%.", label="business", model="m")
    scored = make(path_profile=[[0.0, 0.25, -0.5, 0.0, 0.125, 0.0]] * 2, contrast="sport")
    cut = make(truncated=[(4, 10)], sentence_starts=(0, 4), multi_label=True, tolerance=None)
    return [make(), full, scored, cut, example(), first(flip=None), hostile("<b>fell</b> 7%")]


def run(budget: Budget) -> Outcome:
    """Seeded changes of the JSON text and of the data in it."""
    tally, rng = Tally("files", budget), random.Random(budget.seed)
    sources = [(type(saved), saved.to_json()) for saved in originals()]
    with tempfile.TemporaryDirectory() as folder:
        while tally.goes_on():
            tally.add()
            kind, source = rng.choice(sources)
            changed = in_the_text(source, rng) if rng.random() < 0.3 else in_the_data(source, rng)
            with tally.watch(f"file {tally.tried} of seed {budget.seed}"):
                check(kind, changed, Path(folder) / "saved.json", painted=rng.random() < 0.1)
    return tally.outcome()


def run_values(budget: Budget) -> Outcome:
    """Any JSON value that Hypothesis makes in the place of any other; one failure at most."""
    tally = Tally("values", budget)
    anything = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
        ),
        max_leaves=8,
    ) | st.sampled_from(VALUES)

    @hypothesis.settings(
        max_examples=100 if budget.count is None else budget.count,
        deadline=None,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
        report_multiple_bugs=False,
        print_blob=False,
    )
    @hypothesis.given(saved=st.sampled_from(originals()), value=anything, data=st.data())
    def replaced(saved: Saved, value: object, data: Any) -> None:
        tally.add()
        plain = json.loads(saved.to_json())
        holder, key = data.draw(st.sampled_from(places(plain)))
        holder[key] = value
        check(type(saved), json.dumps(plain), path, painted=False)

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "saved.json"
        part = 0
        while tally.goes_on() and not any(tally.counts.values()):
            with tally.watch("a value"):
                hypothesis.seed(budget.seed + part)(replaced)()
            part += 1
    return tally.outcome()


def places(plain: Any) -> list[tuple[Any, Any]]:
    """Every container of the data with every key or index of it."""
    keys = plain.keys() if isinstance(plain, dict) else range(len(plain))
    found = [(plain, key) for key in keys]
    for key in keys:
        if isinstance(plain[key], (dict, list)):
            found += places(plain[key])
    return found


def in_the_data(source: str, rng: random.Random) -> str:
    """The JSON with one to three values replaced, removed, doubled or renamed."""
    plain = json.loads(source)
    for _ in range(rng.randint(1, 3)):
        holder, key = rng.choice(places(plain))
        change = rng.random()
        if change < 0.7:
            holder[key] = copy.deepcopy(rng.choice(VALUES))
        elif change < 0.8:
            del holder[key]
        elif isinstance(holder, list):
            holder.insert(key, copy.deepcopy(holder[key]))
        else:
            holder[str(rng.choice(VALUES))] = holder.pop(key)
        if not plain:
            break
    return json.dumps(plain)


def in_the_text(source: str, rng: random.Random) -> str:
    """The JSON cut off, with a part missing or doubled, or with other characters."""
    start, end = sorted((rng.randrange(len(source)), rng.randrange(len(source))))
    change = rng.randrange(4)
    if change == 0:
        return source[:start]
    if change == 1:
        return source[:start] + source[end:]
    if change == 2:
        return source[:end] + source[start:]
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(source))
        source = source[:at] + rng.choice(CHARACTERS) + source[at + rng.randint(0, 1) :]
    return source


def check(kind: type[Saved], source: str, path: Path, *, painted: bool) -> None:
    """Raise a `Fault` unless it is refused in words, or is a result that every export takes."""
    try:
        saved = kind.from_json(source)
    except ValueError as error:
        if not in_words(error):
            raise Fault("crashed", f"from_json: {described(error)}") from error
        return
    except Exception as error:
        raise Fault("crashed", f"from_json: {described(error)}") from error
    for name, export in exports(saved, painted).items():
        try:
            export()
        except Exception as error:
            # Two halves of a character in a row are one character in JSON; the error says so.
            if not (in_words(error) and "surrogate pair" in str(error)):
                raise Fault("crashed", f"{name}: {described(error)}") from error
    path.write_bytes(source.encode("utf-8", "surrogatepass"))
    load = load_attribution if kind is Attribution else load_faithfulness
    try:
        repr(load(path))
    except Exception as error:
        if not (in_words(error) and "saved.json" in str(error)):
            raise Fault("crashed", f"{load.__name__}: {described(error)}") from error
    if kind.from_dict(saved.to_dict()) != saved:
        raise Fault("wrong", "from_dict does not give back what to_dict gave")


def exports(saved: Saved, painted: bool) -> dict[str, Callable[[], object]]:
    """Everything that shows or writes a result, by name."""
    found: dict[str, Callable[[], object]] = {
        name: method
        for name, method in inspect.getmembers(saved, inspect.ismethod)
        if name.startswith("to_") and (painted or name not in PAINTED)
    }
    if painted:
        found["to_png"] = lambda: saved.to_png(Path(tempfile.gettempdir()) / "painted.png")
    properties = inspect.getmembers(type(saved), lambda each: isinstance(each, property))
    for name, _ in properties:
        found[name] = lambda name=name: getattr(saved, name)
    if isinstance(saved, Faithfulness):
        found["check_to_wire"] = lambda: json.dumps(check_to_wire(saved), allow_nan=False)
    else:
        found["top"] = saved.top
        for granularity in ("subword", "word", "sentence"):
            for name in ("segments", "spans", "to_csv", "to_latex", "to_pandas"):
                method = getattr(saved, name)
                found[f"{name} by {granularity}"] = lambda m=method, g=granularity: m(granularity=g)
    found |= {
        "repr": lambda: repr(saved),
        "_repr_html_": saved._repr_html_,
        "pickle": lambda: pickle.loads(pickle.dumps(saved)),
    }
    return found
