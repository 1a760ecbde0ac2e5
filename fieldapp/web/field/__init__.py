"""监督员手机端: shells without personal data, and the service worker."""
