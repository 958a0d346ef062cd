"""Trouble in every process of a run: a text that says "KILL ME" kills the process that explains it.

Python imports this module when it starts, if its folder is in PYTHONPATH. "SLOW DOWN" waits a
second, and "FILL THE DISK" leaves no room for files of more than a few bytes.
"""

import importlib.abc
import importlib.machinery
import os
import resource
import signal
import sys
import time

NAME = "flair_lig_widget.corpus.explaining"


class Hook(importlib.abc.MetaPathFinder):
    """Changes the module when it is imported."""

    def find_spec(self, name, path, target=None):
        if name != NAME:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        load = spec.loader.exec_module

        def load_and_change(module):
            load(module)
            cause_trouble(module.Explainer)

        spec.loader.exec_module = load_and_change
        return spec


def cause_trouble(explainer):
    explain = explainer.__call__

    def troubled(self, rows):
        texts = " ".join(row["text"] or "" for row in rows)
        if "SLOW DOWN" in texts:
            time.sleep(1)
        if "KILL ME" in texts:
            os.kill(os.getpid(), signal.SIGKILL)
        if "FILL THE DISK" in texts:
            resource.setrlimit(resource.RLIMIT_FSIZE, (100, resource.RLIM_INFINITY))
        return explain(self, rows)

    explainer.__call__ = troubled


sys.meta_path.insert(0, Hook())
