"""What AWS's documentation says that S3 does, for the column of docs/providers.md that no run can fill."""

_GUIDE = "https://docs.aws.amazon.com/AmazonS3/latest"
_PAGES = {
    "presigned": f"{_GUIDE}/userguide/using-presigned-url.html",
    "query": f"{_GUIDE}/API/sigv4-query-string-auth.html",
    "conditional": f"{_GUIDE}/userguide/conditional-writes.html",
    "integrity": f"{_GUIDE}/userguide/checking-object-integrity.html",
    "policies": f"{_GUIDE}/userguide/security_iam_service-with-iam.html",
    "parts": f"{_GUIDE}/API/API_UploadPart.html",
    "list": f"{_GUIDE}/API/API_ListParts.html",
    "complete": f"{_GUIDE}/API/API_CompleteMultipartUpload.html",
    "put": f"{_GUIDE}/API/API_PutObject.html",
    "form": f"{_GUIDE}/API/sigv4-HTTPPOSTConstructPolicy.html",
    "cors": f"{_GUIDE}/userguide/cors.html",
    "versions": f"{_GUIDE}/userguide/Versioning.html",
    "lifecycle": f"{_GUIDE}/userguide/object-lifecycle-mgmt.html",
}


def _by(page: str, *checks: str, what: str = "yes") -> dict[str, str]:
    return dict.fromkeys(checks, f"{what} ([documented]({_PAGES[page]}))")


DOCUMENTED: dict[str, str] = {
    **_by("presigned", "store", "put", "download", "expiry", "public_endpoint", "body_size"),
    **_by("query", "anonymous", "signature", "length", "content_type", "write_once_header", "multipart_length"),
    **_by("query", "copy_source", "unsigned_write", what="yes: every x-amz header must be signed"),
    **_by("query", "foreign_headers", what="x-amz headers must be signed; of others nothing is said"),
    **_by("conditional", "write_once", what="yes: 412"),
    **_by("complete", "multipart_write_once", what="yes: 412, or 409 while another write is under way"),
    **_by("complete", "multipart"),
    **_by("integrity", "checksum", "checksum_kept"),
    **_by("policies", "upload_cannot_read", "upload_cannot_list", "upload_stays_in_prefix", "download_cannot_write"),
    **_by("policies", "download_reads_derived"),
    **_by("parts", "part_listed_once", "part_retry", what="yes: a part of the same number overwrites the earlier one"),
    **_by("list", "part_digests"),
    **_by("put", "half_body", what="yes: no partial objects"),
    **_by("form", "form"),
    **_by("cors", "cors", "cors_exposed", "cors_foreign", what="yes, by rules of the bucket"),
    **_by("versions", "versioning"),
    **_by("lifecycle", "lifecycle", what="as the bucket's owner sets it"),
}
