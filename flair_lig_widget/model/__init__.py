"""A Flair classifier as a function of its input embeddings, and its input as tokens of a text."""
