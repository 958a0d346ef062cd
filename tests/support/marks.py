"""Parametrizations of which the fast tests run a part."""

from __future__ import annotations

import pytest

from support import tiny

each_kind = pytest.mark.parametrize(
    "kind", ["bert", *(pytest.param(kind, marks=pytest.mark.slow) for kind in tiny.KINDS[1:])]
)
"""Every kind of tiny encoder; those other than BERT are slow tests."""
