from django.apps import AppConfig


class AgendaConfig(AppConfig):
    name = "agenda"

    def ready(self) -> None:
        from agenda import kinds, panels, receivers  # noqa: PLC0415 - models must be loaded before

        kinds.register_own()
        panels.register_own()
        receivers.connect()
