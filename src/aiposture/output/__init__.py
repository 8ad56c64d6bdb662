"""What a report looks like: for people, for programs, for code scanning, for what else reads along.

Nothing is imported here: the command line asks for the names at every start.
"""

NAMES = ("text", "concise", "json", "sarif", "junit", "github", "gitlab", "markdown")
"""The formats, in the order in which the help lists them; `formats` says where each is made."""
