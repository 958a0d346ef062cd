"""The Jupyter widgets: a saved result, and the live widget that computes in the background."""
