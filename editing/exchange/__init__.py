"""Import and export of entries as spreadsheets: one table of columns both ways (docs/import-export.md, record 8)."""
