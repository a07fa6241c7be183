"""Words of the trades that mean much the same, as data: one file a relation, named by its language."""
