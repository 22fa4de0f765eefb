"""Entries that may stand for the same thing: found, ranked, each with its reasons (docs/duplicates.md)."""
