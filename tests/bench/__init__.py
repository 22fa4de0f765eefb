"""Speeds of the pages beside Datasette, nginx, a constant view and bare SQL, up to 200,000 actors: ``make bench``."""
