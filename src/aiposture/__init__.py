"""aiposture: the security posture of AI services in infrastructure as code."""

__version__ = "0.1.0"
