"""The rows of the scale of evidence, and the inputs they look at."""
