"""Forms of sign-in, units, people and free days; they parse and write nothing."""
