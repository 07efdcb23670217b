from django.apps import AppConfig


class ContactsConfig(AppConfig):
    name = "contacts"

    def ready(self) -> None:
        from contacts import kinds, panels, receivers  # noqa: PLC0415 - models must be loaded before

        kinds.register_own()
        panels.register_own()
        receivers.connect()
