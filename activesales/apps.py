from django.apps import AppConfig


class ActiveSalesConfig(AppConfig):
    name = "activesales"
