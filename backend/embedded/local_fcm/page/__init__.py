"""The phones page: one lock screen a person, drawn from what FCM was sent, with buttons that really answer."""
