"""What an omitted variable could do to an estimate."""
