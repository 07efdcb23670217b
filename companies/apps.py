from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CompaniesConfig(AppConfig):
    name = "companies"

    def ready(self) -> None:
        from companies import answers, bulk, conditions, dadata, directory, own_conditions, palette  # noqa: PLC0415 - models must be loaded before

        own_conditions.register_own()
        directory.register("DaData", dadata.find_party)
        conditions.register_source(answers.selection_fields, answers.selection_field)
        palette.register_own()
        bulk.register(_("Responsible manager"), "companies:assign-selected", "companies.assign_company", icon="user")
        bulk.register(_("Segment"), "companies:segment-selected", "companies.change_many", icon="tags")
        bulk.register(_("Source"), "companies:source-selected", "companies.change_many", icon="database-import")
        bulk.register(
            _("Export"), "companies:export", "companies.export_company", icon="download", key="KeyE", gives_file=True
        )
