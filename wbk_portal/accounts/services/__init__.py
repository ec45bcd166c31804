"""Writing units, people and memberships; each function is one transaction."""
