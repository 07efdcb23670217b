from django.apps import AppConfig


class DealsConfig(AppConfig):
    name = "deals"

    def ready(self) -> None:
        from deals import kinds, panels, receivers  # noqa: PLC0415 - models must be loaded before

        kinds.register_own()
        panels.register_own()
        receivers.connect()
