"""Records as linked data: RDF for machines that reason, schema.org for search engines, Murmurations for maps."""
