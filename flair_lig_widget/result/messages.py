"""Values as error messages show them."""

from __future__ import annotations

_LONG = 60
"""Characters of a value; the rest is left out."""


def shown(value: object) -> str:
    """The value, shortened to fit a message."""
    if isinstance(value, str):  # cut before it is quoted, because it may be very long
        return repr(value) if len(value) <= _LONG else f"{value[:_LONG]!r}…"
    if isinstance(value, (list, tuple, dict)):
        return f"a {type(value).__name__}"
    try:
        text = repr(value)
    except ValueError:  # Python does not write whole numbers of more than 4,300 digits
        return "a number of thousands of digits"
    return text if len(text) <= _LONG else f"{text[:_LONG]}…"
