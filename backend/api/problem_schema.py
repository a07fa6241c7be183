"""How the OpenAPI document describes a problem."""

from __future__ import annotations

from rest_framework import serializers

from api_schema.error_codes import ERROR_CODES


class ProblemSerializer(serializers.Serializer[object]):
    """RFC 9457 problem document. Phones decide by `code`; people read `detail`."""

    type = serializers.CharField(help_text="`urn:cuppa:problem:` and the code")
    title = serializers.CharField(help_text="The same for every occurrence of a code")
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="One sentence about this occurrence")
    code = serializers.ChoiceField(choices=sorted(ERROR_CODES))
    fault = serializers.ChoiceField(choices=["caller", "ours"])
    retry = serializers.BooleanField(help_text="The same request may succeed later")
    request_id = serializers.CharField()
    fields = serializers.DictField(  # type: ignore[assignment]  # shadows Serializer.fields in the document only
        child=serializers.ListField(child=serializers.CharField()), required=False, help_text="`invalid_input`: why"
    )
    state = serializers.CharField(required=False, help_text="`illegal_move`: where it stands")
    allowed = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="`illegal_move`: where it may go from there"
    )
    successor_id = serializers.UUIDField(required=False, help_text="`not_found` of a how-to: what took its place")
