"""公众: no sign-in asked."""
