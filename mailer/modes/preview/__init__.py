"""`mentorpost preview`: every letter with sample facts as pages of a browser, anew whenever a file is saved."""
