"""Fixtures: one saved encoder of each kind, the classifiers over them, the demo classifier."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

os.environ.setdefault("HF_HUB_OFFLINE", "1")  # a test that asks a hub is a test that is wrong
os.environ.setdefault("OMP_NUM_THREADS", "1")  # threads only get in each other's way here
# Nor does a busy machine have a say in the last bits of the numbers.
os.environ.setdefault("SOURCE_DATE_EPOCH", "1700000000")
os.environ.pop("ANYWIDGET_HMR", None)


@pytest.fixture(scope="session")
def encoder_folder(tmp_path_factory) -> Callable[[str], object]:
    import tiny

    root, made = tmp_path_factory.mktemp("encoders"), {}

    def folder(kind: str):
        if kind not in made:
            made[kind] = tiny.save_encoder(kind, root / kind)
        return made[kind]

    return folder


@pytest.fixture(scope="session")
def tiny_classifier(encoder_folder):
    """``tiny_classifier(kind, **options)``: a small random classifier, made once."""
    import tiny

    made: dict = {}

    def get(kind: str = "bert", **options):
        key = (kind, *sorted(options.items()))
        if key not in made:
            made[key] = tiny.classifier(encoder_folder(kind), **options)
        return made[key]

    return get


@pytest.fixture(scope="session")
def demo_classifier():
    from flair_lig_widget import load_demo_classifier

    return load_demo_classifier()


@pytest.fixture(scope="session")
def make(tmp_path_factory):
    """``make(family, setting)``: the classifier of that row of the matrix, made once."""
    import families

    maker, made = families.Maker(tmp_path_factory.mktemp("families")), {}

    def get(family: str, setting: str):
        if (family, setting) not in made:
            made[family, setting] = families.CASES[family][setting](maker)
        return made[family, setting]

    return get
