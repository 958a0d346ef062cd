"""Helpers that tests share: classifiers, texts, attributions, browsers."""
