from partners.admin import following, usage

__all__ = ["following", "usage"]
