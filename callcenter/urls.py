app_name = "callcenter"

urlpatterns: list = []
