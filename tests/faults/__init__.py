"""The fault campaign: each module tries one kind of fault, and counts what did not hold."""
