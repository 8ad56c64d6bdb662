"""One scan in several parts: which units a shard has, and how the reports of all become that of one scan."""
