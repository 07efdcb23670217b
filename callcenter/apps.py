from django.apps import AppConfig


class CallCenterConfig(AppConfig):
    name = "callcenter"

    def ready(self) -> None:
        from callcenter import kinds  # noqa: PLC0415 - models must be loaded before

        kinds.register_own()
