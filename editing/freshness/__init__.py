"""Keeping entries true: confirming them, asking organisations by mail, checking the addresses they give."""
