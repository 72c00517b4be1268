"""Tables in attached files, within limits."""
