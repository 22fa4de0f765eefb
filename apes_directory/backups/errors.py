class BackupFailed(Exception):
    """A copy could not be made, read or brought back; the text, in French, says what to do."""
