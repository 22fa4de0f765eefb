"""The editors' home: what waits, what may be told, what was changed, how complete the directory is."""
