"""Anonymous reading from PostgreSQL's streaming replicas: docs/scaling.md, « Replicas », tells the rules.

``router`` sends queries where ``territories/reading.py`` says, ``watch`` knows how the databases are, ``choosing``
says which requests may read elsewhere and where, ``middleware`` does it and goes on when one of them is gone.
"""
