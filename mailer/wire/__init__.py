"""Bytes to messages and back: parsing, quoting, machines, forms, commands, tokens and proof. Pure."""
