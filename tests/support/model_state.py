"""What an explanation must leave unchanged in a model."""

from __future__ import annotations

_HOOKS = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")


def state_of(classifier) -> dict:
    """Training flags, gradients, hooks, and versions of the weights."""
    return {
        "training": [m.training for m in classifier.modules()],
        "requires_grad": [p.requires_grad for p in classifier.parameters()],
        "grad": [
            (id(p.grad), p.grad._version) if p.grad is not None else None
            for p in classifier.parameters()
        ],
        "hooks": [tuple(len(getattr(m, name)) for name in _HOOKS) for m in classifier.modules()],
        "weights": [p._version for p in classifier.parameters()],
    }
