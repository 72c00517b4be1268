"""Ladders and the walks on them: read, proved to end, and moved by time, answers and words."""
