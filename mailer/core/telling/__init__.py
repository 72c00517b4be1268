"""What letters and receipts say: facts their reader may know, and the outbox they are put into."""
