"""How durable a write must be before the service reports it to anyone."""

from pymongo.write_concern import WriteConcern

# Without j a standalone mongod lost 5 % of acknowledged writes on kill -9.
DURABLE = WriteConcern(w="majority", j=True)
# A write that a lost server may forget.
CHEAP = WriteConcern(w=1)
