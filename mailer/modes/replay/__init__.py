"""The recorded past under edited rules, letters or settings: what would have been different (`mentorpost replay`)."""
