from partners.admin import usage

__all__ = ["usage"]
