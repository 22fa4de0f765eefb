from partners.models.subscription import Period, Subscription
from partners.models.usage import UsageCount, UsageKind

__all__ = ["Period", "Subscription", "UsageCount", "UsageKind"]
