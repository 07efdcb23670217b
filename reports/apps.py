from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"

    def ready(self) -> None:
        from agenda import day  # noqa: PLC0415 - models must be loaded before
        from reports import figures, plans  # noqa: PLC0415

        figures.register_all()
        day.plan_sources.append(plans.month_plan)
