"""
A Firebase Cloud Messaging on this machine: the v1 API and the token endpoint, over HTTP on loopback.

It refuses what the real one refuses, can be told to refuse more, remembers what it took, and draws it on lock screens.
The backend sends to it by the code that sends to Google: only FCM_URL and the key's `token_uri` differ (ADR 0024).
"""
