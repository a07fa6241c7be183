from django.apps import AppConfig


class EquipmentConfig(AppConfig):
    name = "backend.domain.equipment"
    label = "equipment"
