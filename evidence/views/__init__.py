"""Pages of a unit, of its evidence, and of the review desk."""
