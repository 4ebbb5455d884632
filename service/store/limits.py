"""The limits of S3: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html"""

MIB = 1024 * 1024
MAX_PARTS = 10_000
SMALLEST_PART_BYTES = 5 * MIB
