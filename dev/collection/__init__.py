"""The Postman collection: every call of the OpenAPI document, in an order that can be run."""
