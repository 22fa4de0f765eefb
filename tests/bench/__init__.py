"""Speeds of the pages, measured under gunicorn side by side with a constant view: ``make bench``."""
