"""What the pages cost a phone on one bar."""
