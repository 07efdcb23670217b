from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "campaigns"

    def ready(self) -> None:
        from campaigns import kinds, panels, receivers  # noqa: PLC0415 - models must be loaded before

        kinds.register_own()
        panels.register_own()
        receivers.connect()
