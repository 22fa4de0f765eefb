"""The shapes of the API's answers, for its OpenAPI document: records are made elsewhere and pass through as they are.

What each key means comes from ``partners/records/dictionary.py``; a test holds records to these shapes.
"""
