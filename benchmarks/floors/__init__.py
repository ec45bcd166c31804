"""The least programs that do the same work as the portal, on the same servers."""
