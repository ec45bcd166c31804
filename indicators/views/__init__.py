"""Pages of periods and of who assesses which unit."""
