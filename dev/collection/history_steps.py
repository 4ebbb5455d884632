"""The steps about what was listened to, for a file that the walk has already."""

from dev.collection.steps import Call

HISTORY = (
    Call(
        operation="PUT /v1/history/settings",
        status=200,
        body={"enabled": True},
        checks={"history is on": "pm.expect(answer.enabled).to.equal(true)"},
    ),
    Call(operation="GET /v1/history/settings", status=200),
    Call(
        operation="POST /v1/listens",
        status=200,
        body={
            "session_id": "{{$guid}}",
            "listens": [{"file_id": "{{file_id}}", "started_at": "{{$isoTimestamp}}", "listened_seconds": 30}],
        },
    ),
    Call(
        operation="GET /v1/history",
        status=200,
        query={"kind": "audio", "limit": "10"},
        checks={
            "its file is shown": "pm.expect(answer.listens[0].file.content_type).to.match(/^audio/)",
        },
        saves={"listen_id": "answer.listens[0].listen_id"},
    ),
    Call(operation="GET /v1/history/unfinished", status=200),
    Call(
        operation="GET /v1/files/{file_id}/plays",
        status=200,
        checks={"it was too short to count": "pm.expect(answer.plays).to.equal(0)"},
    ),
    Call(operation="DELETE /v1/history/{listen_id}", status=204),
    Call(operation="DELETE /v1/history", status=204, query={"file_id": "{{file_id}}"}),
)
