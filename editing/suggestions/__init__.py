"""Suggestions from the public: forms without an account, a queue, decisions field by field."""
