"""数据接口: JSON under /api/v1, as in docs/sync.md."""
