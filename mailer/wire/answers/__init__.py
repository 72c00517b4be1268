"""Answers to our numbered questions."""
