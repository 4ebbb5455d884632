"""Webhooks: the operator's own servers are told what happens to files (https://www.standardwebhooks.com)."""
