"""What the words people write do."""
