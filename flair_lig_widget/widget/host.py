"""What is known of the place where a widget is made."""

from __future__ import annotations

from typing import Any

from IPython.core.getipython import get_ipython


def is_watched() -> bool:
    """Whether a person sits at the notebook.

    A notebook that is run as a whole, as by nbconvert or papermill, says that it cannot be asked
    for input. A script has no kernel.
    """
    kernel: Any = getattr(get_ipython(), "kernel", None)
    if not hasattr(kernel, "get_parent"):
        return False
    message = kernel.get_parent()
    return bool(message and message["content"].get("allow_stdin", False))
