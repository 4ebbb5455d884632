"""The steps about what to hear next, for a file that the walk has already."""

from dev.collection.steps import Call

RECOMMENDATIONS = (
    Call(
        operation="GET /v1/recommendations",
        status=200,
        query={"limit": "10"},
        checks={"they are a list": 'pm.expect(answer.recommendations).to.be.an("array")'},
    ),
    Call(
        operation="POST /v1/radio",
        status=200,
        body={"file_id": "{{file_id}}", "played": ["{{file_id}}"], "refused": [], "limit": 1},
        checks={"it goes on": "pm.expect(answer.recommendations).to.have.length(1)"},
    ),
)
