from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "intake"

    def ready(self) -> None:
        from intake import kinds, panels, receivers  # noqa: PLC0415 - models must be loaded before

        kinds.register_own()
        panels.register_own()
        receivers.connect()
