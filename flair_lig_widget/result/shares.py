"""How many words of a text are taken away or kept to measure faithfulness."""

from __future__ import annotations

import math
from collections.abc import Sequence

SHARES = (0.05, 0.1, 0.2, 0.5)
"""The shares of the words that are deleted or kept: those of ERASER without its 1 %."""

FEWEST_WORDS = 2
"""What a text needs: one word to take away, and one to keep."""

_ROUNDING = 1e-9
"""By how much a share of a whole number may be above the next whole number: 0.07 * 100."""


def words_of_shares(n_words: int, shares: Sequence[float] = SHARES) -> tuple[int, ...]:
    """How many words each share is: ``max(1, ceil(q * m))`` for a share q of m words."""
    return tuple(max(1, math.ceil(share * n_words - _ROUNDING)) for share in shares)
