"""Call records, sessions and traces."""
