"""Reads the files that people edit: settings, policy, rules, letters, stories; every flaw is told with file, line and advice."""
