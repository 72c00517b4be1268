"""How we say it: one Markdown source and a few allowed facts become subject, text and HTML, and these become MIME bytes. Pure."""
