from partners.models.usage import UsageCount, UsageKind

__all__ = ["UsageCount", "UsageKind"]
