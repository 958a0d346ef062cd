"""What is known of the place where a widget is made."""

from __future__ import annotations

import sys
from typing import Any

from IPython.core.getipython import get_ipython


def hears_threads() -> bool:
    """Whether a front end receives what a background thread sends.

    That of Colab does not: https://github.com/googlecolab/colabtools/issues/3373.
    """
    return "google.colab" not in sys.modules


def is_watched() -> bool:
    """Whether a person sits at the notebook, and can see a result being refined.

    A notebook that is run as a whole, as by nbconvert or papermill, says that it cannot be asked
    for input. A script has no kernel.
    """
    if not hears_threads():
        return False
    kernel: Any = getattr(get_ipython(), "kernel", None)
    if not hasattr(kernel, "get_parent"):
        return False
    message = kernel.get_parent()
    return bool(message and message["content"].get("allow_stdin", False))
