"""Pictures from requests: a `Studio` turns one `GenerateRequest` into a stream of events."""
