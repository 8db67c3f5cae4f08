"""Kernels for papermill, forked from a process that has imported everything once."""
