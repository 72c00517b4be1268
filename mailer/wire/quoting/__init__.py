"""New words told from quoted ones, signatures and footers."""
