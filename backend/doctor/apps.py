from django.apps import AppConfig


class DoctorConfig(AppConfig):
    name = "backend.doctor"
    label = "doctor"
