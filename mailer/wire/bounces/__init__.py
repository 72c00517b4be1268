"""Delivery reports: recipients, causes, and whether an address is dead."""
