"""What mail changes about people: contact, absence, addresses, rosters, forms."""
