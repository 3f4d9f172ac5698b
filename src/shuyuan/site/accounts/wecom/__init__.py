"""企业微信 as a way in: the provider that allauth does not have."""
