"""Tokens for programs: given for a name and a password, kept as a digest only, and ending after a time."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiResponse, extend_schema
from knox.views import LoginView, LogoutView
from rest_framework.authtoken.serializers import AuthTokenSerializer
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from audit.api.serializers import TokenRequestSerializer, TokenSerializer


class NewTokenView(LoginView):  # type: ignore[misc] # knox ships no types
    """Sign a program in; wrong attempts count towards the lock-out like those on the sign-in page."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="token_create",
        auth=[],
        request=TokenRequestSerializer,
        responses={
            200: TokenSerializer,
            400: OpenApiResponse(description="Wrong name or password, or locked."),
            403: OpenApiResponse(description="The user has as many tokens as are allowed."),
        },
    )
    def post(self, request: Request) -> Response:
        """Give a new token; it is shown this once."""
        asked = AuthTokenSerializer(data=request.data, context={"request": request})
        asked.is_valid(raise_exception=True)
        request.user = asked.validated_data["user"]
        answer: Response = super().post(request)
        return answer


class EndTokenView(LogoutView):  # type: ignore[misc] # knox ships no types
    """End the token with which the request is made."""

    @extend_schema(operation_id="token_end", request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        """Delete the token."""
        answer: Response = super().post(request)
        return answer
