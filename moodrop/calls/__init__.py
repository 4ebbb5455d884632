"""The calls to the service, and the presigned requests to the object store."""
