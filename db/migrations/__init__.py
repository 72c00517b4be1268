"""How the database came to its present shape: one numbered file a step, run by `db.schema.upgrade`."""
