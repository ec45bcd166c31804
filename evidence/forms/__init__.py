"""Forms of evidence: parsing and plain checks; they write nothing."""
