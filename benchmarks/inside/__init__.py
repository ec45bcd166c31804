"""What runs with the portal's own settings, in a process of its own."""
