"""Integrating the gradient of f along the path from the baseline to the text."""
