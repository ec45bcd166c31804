"""Pages of sign-in, the own account, units, people and free days."""
