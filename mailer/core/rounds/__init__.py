"""What goes round beside the ladders: what stands open, digests, blasts, letters that are late."""
