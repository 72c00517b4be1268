"""What a decision looks at: the moment, who is who, what has happened, and what may be told of whom."""
