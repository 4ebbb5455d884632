"""The Postman collection: every operation of the OpenAPI document, in an order that can be run."""
