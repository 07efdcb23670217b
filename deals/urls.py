from django.urls import path

from deals.views import board, deal, money, products, proposals

app_name = "deals"

urlpatterns = [
    path("", board.board, name="board"),
    path("list/", board.DealList.as_view(), name="list"),
    path("choose/", board.choose, name="choose"),
    path("new/<int:company_pk>/", board.new, name="new"),
    path("<int:pk>/", deal.detail, name="detail"),
    path("<int:pk>/edit/", deal.edit, name="edit"),
    path("<int:pk>/move/", board.move, name="move"),
    path("<int:pk>/skip/", deal.skip, name="skip"),
    path("<int:pk>/step/", deal.step, name="step"),
    path("<int:pk>/win/", deal.win, name="win"),
    path("<int:pk>/lose/", deal.lose, name="lose"),
    path("<int:deal_pk>/proposals/new/", proposals.new, name="proposal-new"),
    path("<int:deal_pk>/invoices/new/", money.issue, name="invoice-new"),
    path("proposals/<int:pk>/", proposals.detail, name="proposal"),
    path("proposals/<int:pk>/pdf/", proposals.pdf, name="proposal-pdf"),
    path("proposals/<int:pk>/paper/", proposals.paper, name="proposal-paper"),
    path("proposals/<int:pk>/lines/", proposals.lines, name="proposal-lines"),
    path("proposals/<int:pk>/texts/", proposals.texts, name="proposal-texts"),
    path("proposals/<int:pk>/products/", proposals.products, name="proposal-products"),
    path("proposals/<int:pk>/version/", proposals.version, name="proposal-version"),
    path("proposals/<int:pk>/ask/", proposals.ask, name="proposal-ask"),
    path("proposals/<int:pk>/approve/", proposals.approve, name="proposal-approve"),
    path("proposals/<int:pk>/decline/", proposals.decline, name="proposal-decline"),
    path("proposals/<int:pk>/send/", proposals.send, name="proposal-send"),
    path("proposals/<int:pk>/accept/", proposals.accept, name="proposal-accept"),
    path("invoices/<int:pk>/pdf/", money.pdf, name="invoice-pdf"),
    path("invoices/<int:pk>/cancel/", money.cancel, name="invoice-cancel"),
    path("invoices/<int:pk>/pay/", money.pay, name="invoice-pay"),
    path("invoices/<int:pk>/ship/", money.plan, name="shipment-new"),
    path("shipments/<int:pk>/shipped/", money.ship, name="shipment-shipped"),
    path("receivables/", money.receivables, name="receivables"),
    path("products/", products.ProductList.as_view(), name="products"),
    path("products/new/", products.new, name="product-new"),
    path("products/<int:pk>/edit/", products.edit, name="product-edit"),
    path("companies/<int:pk>/panel/", deal.company_panel, name="company-panel"),
    path("companies/<int:pk>/debt/", money.company_debt, name="company-debt"),
]
