"""What a report looks like: for people (text), for programs (json), for code scanning (sarif)."""
