"""The site in a real Chromium, over the committed data and static files as in production.

``pages.py`` is the table of every kind of page, which most tests here go through; a new page gets its row there.
"""
