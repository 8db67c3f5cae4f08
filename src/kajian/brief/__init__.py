"""The policy brief: from an executed notebook to an accessible PDF."""

# Marks what a notebook of a brief says to the exporter.
MEDIA_TYPE = "application/vnd.kajian+json"
