"""A message that came: what is done about it, from who wrote it to what is kept."""
