"""The policy brief: from an executed notebook to an accessible PDF."""
