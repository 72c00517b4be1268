"""Our memory: frozen records, tables, queries and migrations. The only place with SQL."""
