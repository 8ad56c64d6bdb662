"""Readers: each turns one language into resources, and knows nothing about AI or controls."""
