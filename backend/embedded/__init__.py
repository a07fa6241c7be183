"""The whole of Cuppa on one machine from wheels alone: PostgreSQL, Redis and every process under one supervisor."""
