"""An example register: about 70 invoices of 21 customers that meet every rule, dated around a given day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from relance.domain.sheet import CellValue
from relance.domain.words import Words
from relance.domain.workdays import Workdays

Row = dict[str, CellValue]

# code, name, kind, more cells
CUSTOMERS: tuple[tuple[str, str, str, Row], ...] = (
    ("C01", "Menuiserie Exemple", "business", {"contact": "Comptabilité", "phone": "01 00 00 00 01"}),
    ("C02", "Transports Exemple", "business", {"phone": "01 00 00 00 02", "account_manager": "Service clients"}),
    ("C03", "Boulangerie Exemple", "business", {}),
    ("C04", "Hôtel Exemple", "business", {"scenario": "habitual", "phone": "01 00 00 00 04"}),
    ("C05", "Mairie d'Exemple", "public", {}),
    ("C06", "Monsieur Exemple", "consumer", {}),
    ("C07", "Groupe Exemple", "business", {"profile": "strategic", "account_manager": "Direction commerciale"}),
    ("C08", "Pharmacie Exemple", "business", {"scenario": "good"}),
    ("C09", "Garage Exemple", "business", {"email": None}),
    ("C10", "Librairie Exemple", "", {}),
    (
        "C11",
        "Exemple Industries",
        "business",
        {"email": "compta@exemple-industries.example; achats@exemple-industries.example"},
    ),
    ("C12", "Exemple Export Ltd", "business", {"language": "en", "country": "GB"}),
    ("C13", "Fleuriste Exemple", "business", {"do_not_chase": "yes", "comment": "Voir avec la direction"}),
    ("C14", "Association Exemple", "other", {}),
    ("C15", "Imprimerie Exemple", "business", {"phone": "01 00 00 00 15"}),
    ("C16", "Papeterie Exemple", "business", {}),
    ("C17", "Cordonnerie Exemple", "business", {}),
    ("C18", "Atelier Exemple", "business", {"contact": "Comptabilité fournisseurs"}),
    ("C19", "Clinique Exemple", "business", {"phone": "01 00 00 00 19"}),
    ("C20", "Domaine Exemple", "business", {"phone": "01 00 00 00 20"}),
    ("C21", "Studio Exemple", "business", {}),
)

# customer, number, days since the due date (negative: still to come), amount, more cells
INVOICES: tuple[tuple[str, str, int, float, Row], ...] = (
    ("C01", "F-1001", 5, 1240.00, {}),
    ("C01", "F-1002", 2, 480.50, {}),
    ("C01", "F-1003", -20, 990.00, {}),
    ("C02", "F-1004", 30, 3600.00, {"last_step_done": "R2", "step_done_on": -18}),
    ("C02", "F-1005", 16, 820.00, {"last_step_done": "R2", "step_done_on": -18}),
    ("C02", "F-1006", -7, 410.00, {}),
    ("C03", "F-1007", 6, 12.40, {}),
    ("C04", "F-1008", 40, 5200.00, {"last_step_done": "R3", "step_done_on": -16}),
    ("C04", "F-1009", 21, 1300.00, {"last_step_done": "R3", "step_done_on": -16}),
    ("C05", "F-1010", 28, 7400.00, {"last_step_done": "R2", "step_done_on": -15}),
    ("C05", "F-1011", 8, 2150.00, {}),
    ("C06", "F-1012", 5, 180.00, {}),
    ("C07", "F-1013", 9, 62000.00, {}),
    ("C07", "F-1014", -12, 18500.00, {}),
    ("C08", "F-1015", 10, 940.00, {}),
    ("C08", "F-1016", 9, 300.00, {"payment_mode": "direct_debit"}),
    ("C08", "F-1017", 12, 260.00, {"payment_mode": "direct_debit", "situation": "returned"}),
    ("C09", "F-1018", 14, 760.00, {}),
    ("C10", "F-1019", 60, 1500.00, {"last_step_done": "R3", "step_done_on": -20}),
    ("C11", "F-1020", 18, 9000.00, {"situation": "disputed", "dispute_reason": "Quantité livrée"}),
    ("C11", "F-1021", 18, 4000.00, {"disputed_amount": 1000.0, "dispute_reason": "Prix unitaire"}),
    ("C11", "F-1022", 11, 2500.00, {"promised_for": 8, "promised_amount": 1500.00}),
    ("C11", "F-1023", 11, 1800.00, {"hold_until": 12}),
    ("C11", "F-1024", 40, 3300.00, {"situation": "in_collection"}),
    ("C12", "F-1025", 6, 8000.00, {"currency": "EUR"}),
    ("C12", "F-1026", 6, 12000.00, {"currency": "USD"}),
    ("C13", "F-1027", 25, 640.00, {}),
    ("C14", "F-1028", 13, 350.00, {}),
    ("C14", "A-0028", 3, -350.00, {}),
    ("C15", "F-1029", 35, 1100.00, {"promised_for": -6}),
    ("C15", "F-1030", 33, 900.00, {"situation": "assigned"}),
    ("C15", "F-1031", 32, 900.00, {"situation": "insolvency"}),
    ("C15", "F-1032", 31, 900.00, {"situation": "written_off"}),
    ("C15", "F-1033", 30, 900.00, {"situation": "to_check"}),
    ("C15", "F-1034", 29, 900.00, {"situation": "refused"}),
    ("C01", "F-1035", 12, 2400.00, {"instalment": "1/3"}),
    ("C01", "F-1035", -18, 2400.00, {"instalment": "2/3"}),
    ("C01", "F-1035", -48, 2400.00, {"instalment": "3/3"}),
    ("C03", "F-1036", -7, 560.00, {}),
    ("C06", "F-1037", -3, 75.00, {}),
    ("C17", "F-1038", 10, 1700.00, {"scenario": "good"}),
    ("C17", "F-1039", 14, 890.00, {"last_step_done": "R1", "step_done_on": -8}),
    ("C16", "F-1040", -7, 1450.00, {}),
    ("C16", "F-1041", -20, 620.00, {}),
)
# The same around the fourth sending day, when somebody looks at what comes next.
COMING: tuple[tuple[str, str, int, float, Row], ...] = (
    ("C18", "F-1050", 5, 1860.00, {"customer_order": "CDE-418"}),
    ("C19", "F-1051", 12, 2340.00, {"last_step_done": "R1", "step_done_on": -7}),
    ("C19", "F-1052", 4, 780.00, {}),
    ("C20", "F-1053", 27, 4980.00, {"paid": 1000.00, "paid_on": 20, "last_step_done": "R2", "step_done_on": -15}),
    ("C20", "F-1054", 13, 1150.00, {"last_step_done": "R2", "step_done_on": -15, "customer_order": "CDE-377"}),
    ("C21", "F-1055", -7, 650.00, {}),
)
FAULTY: tuple[tuple[str, str, int, CellValue, Row], ...] = (
    ("C02", "F-1090", 10, "à voir", {}),
    ("C02", "F-1091", 10, "1,234", {}),
    ("C99", "F-1092", 10, 500.00, {}),
    ("C03", "F-1093", 10, 640.00, {}),
    ("C03", "F-1093", 10, 640.00, {}),
    ("C15", "F-1094", 10, 410.00, {"due_date": "10/11/26"}),
)
CHOICES = {"situation": "situation", "payment_mode": "payment_mode"}
DATES = ("promised_for", "hold_until", "step_done_on")


def sample_rows(words: Words, today: date) -> Mapping[str, Sequence[Row]]:
    """The rows of the example, by table; the language of `words`, dates around `today`."""
    days = Workdays("FR")
    entered, coming = days.add_working(today, -1), nth_sending(days, today, 3)
    settings: Row = {
        "mode": words.value("mode", "live"), "sender_name": "Exemple", "legal_form": "SAS",
        "share_capital": "10 000 €", "registration_no": "123 456 782", "registry_city": "Paris",
        "sender_address": "1 rue de l'Exemple, 75000 Paris", "signatory_name": "Service comptabilité clients",
        "signatory_phone": "01 00 00 00 00", "from_email": "comptabilite@exemple.example",
        "iban": "FR7630006000011234567890189", "bic": "AGRIFRPP", "payments_entered_up_to": entered,
    }  # fmt: skip
    return {
        "customers": [_customer(*c, words) for c in CUSTOMERS],
        "invoices": [
            *(_invoice(*i, words, today) for i in INVOICES), *(_invoice(*i, words, coming) for i in COMING),
            *(_invoice(*i, words, today) for i in (*_paid(), *FAULTY)),
        ],
        "payments": [
            {"date": today - timedelta(days=3), "amount": 1000.0, "invoice_no": "F-1020", "reference": "VIR 001"},
            {"date": today - timedelta(days=2), "amount": 150.0, "customer": "C01", "reference": "VIR 002"},
        ],
        "settings": [{"setting": k, "value": v} for k, v in settings.items()],
    }  # fmt: skip


def nth_sending(days: Workdays, day: date, count: int) -> date:
    """The `count`-th sending day after a day; before it when negative."""
    step = timedelta(days=1 if count >= 0 else -1)
    for _ in range(abs(count)):
        day += step
        while not days.is_sending(day):
            day += step
    return day


def _customer(code: str, name: str, kind: str, more: Row, words: Words) -> Row:
    row: Row = {"code": code, "name": name, "email": f"compta@{code.lower()}.example", "country": "FR"}
    row["kind"] = words.value("kind", kind) if kind else None
    row |= {"scenario": "standard"} if kind == "business" and "profile" not in more else {}
    row |= more
    if "profile" in more:
        row["profile"] = words.value("profile", str(more["profile"]))
    if "do_not_chase" in more:
        row["do_not_chase"] = words.value("yes_no", "yes")
    return row


def _invoice(customer: str, number: str, late: int, amount: CellValue, more: Row, words: Words, today: date) -> Row:
    due = today - timedelta(days=late)
    named = next((name for code, name, *_ in CUSTOMERS if code == customer), customer)  # as people write them
    row: Row = {"customer": named, "invoice_no": number, "due_date": due, "amount": amount,
                "invoice_date": due - timedelta(days=30)}  # fmt: skip
    for column, value in more.items():
        if column in CHOICES:
            row[column] = words.value(CHOICES[column], str(value))
        elif column in DATES and isinstance(value, int):
            row[column] = today + timedelta(days=value)
        elif column == "paid_on" and isinstance(value, int):
            row[column] = due + timedelta(days=value)
        else:
            row[column] = value
    return row


def _paid() -> list[tuple[str, str, int, CellValue, Row]]:
    """Invoices settled in the past, from which the customers' habits are computed."""
    return [
        (
            f"C{1 + n % 6:02d}",
            f"F-09{n:02d}",
            60 + 9 * n,
            400.0 + 35 * n,
            {"paid": 400.0 + 35 * n, "paid_on": (n * 7) % 25},
        )
        for n in range(16)
    ]
