"""What an explanation must leave unchanged in a model."""

from __future__ import annotations


def state_of(classifier) -> dict:
    """Training flags, gradients, hooks, and versions of the weights."""
    return {
        "training": [m.training for m in classifier.modules()],
        "requires_grad": [p.requires_grad for p in classifier.parameters()],
        "grad": [
            (id(p.grad), p.grad._version) if p.grad is not None else None
            for p in classifier.parameters()
        ],
        "hooks": [
            (len(m._forward_hooks), len(m._forward_pre_hooks), len(m._backward_hooks))
            for m in classifier.modules()
        ],
        "weights": [p._version for p in classifier.parameters()],
    }
