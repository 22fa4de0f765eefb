"""Speeds of the pages over 20,000 made-up actors, under gunicorn, beside a constant view and bare SQL: ``make bench``."""
