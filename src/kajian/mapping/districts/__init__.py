"""Areas compared with each other: ranks, inequality between them, summaries."""
