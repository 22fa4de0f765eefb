"""Whole copies of an installation: the database, the files it keeps, its key. What the commands ``backup`` and
``restore`` do; docs/hosting.md tells the shape of a copy and the rules of coming back."""
