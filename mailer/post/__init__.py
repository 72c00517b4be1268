"""The post: handing letters to an SMTP server and fetching messages from an IMAP server."""
