"""Exports of ticket desks in eight languages: known by their header alone, with the id, the opening and the priority of a ticket."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cspaudit import resources
from cspaudit.sources.detect import known_layouts
from tests.sources.loading import LoadFiles, detect, instant, open_warehouse, source
from tests.sources.workbooks import xlsx

LAYOUTS = known_layouts(resources.mappings())
#: a row of each desk: id, customer, asker, status, priority, opened, and when it was solved or closed
ROW = "{key},Contoso,Kim,{status},{priority},2026-07-21 08:00:00,2026-07-22 09:30:00"
#: the fields of that row as each desk calls them, with the words for its most urgent priority and a common status
DESKS: dict[str, dict[str, tuple[str, str]]] = {
    "zendesk_tickets_csv": {
        "en": ("ID,Organization,Requester,Status,Priority,Requested,Solved", "Urgent"),
        "de": ("ID,Organisation,Anfragender,Status,Priorität,Angefordert,Gelöst", "Dringend"),
        "fr": ("ID du ticket,Organisation,Demandeur,Statut,Priorité,Créé le,Résolu le", "Urgente"),
        "es": ("ID del ticket,Organización,Solicitante,Estado,Prioridad,Creado el,Resuelto el", "Urgente"),
        "it": ("ID ticket,Organizzazione,Richiedente,Stato,Priorità,Creato il,Risolto il", "Urgente"),
        "pt": ("ID do ticket,Organização,Solicitante,Status,Prioridade,Criado em,Resolvido em", "Urgente"),
        "nl": ("Ticket-ID,Organisatie,Aanvrager,Status,Prioriteit,Aangemaakt op,Opgelost op", "Dringend"),
        "ja": ("チケットID,組織,リクエスタ,ステータス,優先度,作成日時,解決日時", "緊急"),
    },
    "freshdesk_tickets_csv": {
        "en": ("Ticket ID,Company Name,Full name,Status,Priority,Created time,Closed time", "Urgent"),
        "de": ("Ticket-ID,Firmenname,Vollständiger Name,Status,Priorität,Erstellungszeit,Schließungszeit", "Dringend"),
        "fr": ("ID du ticket,Nom de l'entreprise,Nom complet,Statut,Priorité,Heure de création,Heure de fermeture", "Urgente"),
        "es": ("ID del ticket,Nombre de la empresa,Nombre completo,Estado,Prioridad,Hora de creación,Hora de cierre", "Urgente"),
        "it": ("ID ticket,Nome azienda,Nome completo,Stato,Priorità,Ora di creazione,Ora di chiusura", "Urgente"),
        "pt": ("ID do ticket,Nome da empresa,Nome completo,Status,Prioridade,Hora de criação,Hora de fechamento", "Urgente"),
        "nl": ("Ticket-ID,Bedrijfsnaam,Volledige naam,Status,Prioriteit,Aanmaaktijd,Tijd van sluiten", "Dringend"),
        "ja": ("チケットID,会社名,氏名,ステータス,優先度,作成時間,クローズ日時", "緊急"),
    },
    "servicenow_incidents_csv": {
        "en": ("Number,Company,Caller,State,Priority,Opened,Closed", "1 - Critical"),
        "de": ("Nummer,Unternehmen,Anrufer,Status,Priorität,Geöffnet,Geschlossen", "1 - Kritisch"),
        "fr": ("Numéro,Société,Appelant,État,Priorité,Ouvert,Fermé", "1 - Critique"),
        "es": ("Número,Empresa,Solicitante,Estado,Prioridad,Abierto,Cerrado", "1 - Crítica"),
        "it": ("Numero,Azienda,Chiamante,Stato,Priorità,Aperto,Chiuso", "1 - Critica"),
        "pt": ("Número,Empresa,Chamador,Estado,Prioridade,Aberto,Fechado", "1 - Crítica"),
        "nl": ("Nummer,Bedrijf,Beller,Status,Prioriteit,Geopend,Gesloten", "1 - Kritiek"),
        "ja": ("番号,会社,発信者,ステータス,優先度,オープン日時,クローズ日時", "1 - 重大"),
    },
    "dynamics_cases_csv": {
        "en": ("Case Number,Customer,Case Title,Status Reason,Priority,Created On,Modified On", "High"),
        "de": ("Anfragenummer,Kunde,Anfragetitel,Statusgrund,Priorität,Erstellt am,(Nicht ändern) Geändert am", "Hoch"),
        "fr": ("Numéro d'incident,Client,Titre de l'incident,Raison du statut,Priorité,Créé le,(Ne pas modifier) Modifié le", "Haute"),
        "es": ("Número de caso,Cliente,Título del caso,Razón para el estado,Prioridad,Fecha de creación,(No modificar) Fecha de modificación", "Alta"),
        "it": ("Numero caso,Cliente,Titolo caso,Motivo stato,Priorità,Data creazione,(Non modificare) Data modifica", "Alta"),
        "pt": ("Número da Ocorrência,Cliente,Título da Ocorrência,Razão do Status,Prioridade,Data de Criação,(Não Modificar) Data de Modificação", "Alta"),
        "nl": ("Aanvraagnummer,Klant,Titel van aanvraag,Statusreden,Prioriteit,Gemaakt op,(Niet wijzigen) Gewijzigd op", "Hoog"),
        "ja": ("サポート案件番号,顧客,サポート案件のタイトル,ステータスの理由,優先度,作成日,(変更しないでください) 修正日", "高"),
    },
    # what desks name themselves is known in the product's own language alone
    "halopsa_tickets_csv": {
        "en": ("Ticket ID,Customer,User,Status,Priority,Date Opened,Date Closed", "Critical"),
        "de": ("Ticket-ID,Kunde,Benutzer,Status,Priorität,Eröffnet am,Geschlossen am", "Critical"),
        "fr": ("ID du ticket,Client,Utilisateur,Statut,Priorité,Date d'ouverture,Date de clôture", "Critical"),
        "es": ("ID del ticket,Cliente,Usuario,Estado,Prioridad,Fecha de apertura,Fecha de cierre", "Critical"),
        "it": ("ID ticket,Cliente,Utente,Stato,Priorità,Data di apertura,Data di chiusura", "Critical"),
        "pt": ("ID do ticket,Cliente,Usuário,Status,Prioridade,Data de abertura,Data de fechamento", "Critical"),
        "nl": ("Ticketnummer,Klant,Gebruiker,Status,Prioriteit,Geopend op,Gesloten op", "Critical"),
        "ja": ("チケットID,顧客,ユーザー,ステータス,優先度,開始日時,クローズ日時", "Critical"),
    },
    "autotask_tickets_csv": {
        "en": ("Ticket Number,Organization,Contact,Status,Priority,Create Date,Complete Date", "Critical"),
        "de": ("Ticketnummer,Organisation,Kontakt,Status,Priorität,Erstellt am,Abgeschlossen am", "Critical"),
        "fr": ("Numéro de ticket,Organisation,Contact,Statut,Priorité,Date de création,Date de fin", "Critical"),
        "es": ("Número de ticket,Organización,Contacto,Estado,Prioridad,Fecha de creación,Fecha de finalización", "Critical"),
        "it": ("Numero ticket,Organizzazione,Contatto,Stato,Priorità,Data di creazione,Data di completamento", "Critical"),
        "pt": ("Número do ticket,Organização,Contato,Status,Prioridade,Data de criação,Data de conclusão", "Critical"),
        "nl": ("Ticketnummer,Bedrijf,Contactpersoon,Status,Prioriteit,Aanmaakdatum,Voltooiingsdatum", "Critical"),
        "ja": ("チケット番号,会社,連絡先,ステータス,優先度,作成日,完了日", "Critical"),
    },
    "jira_issues_csv": {
        "en": ("Issue key,Summary,Reporter,Status,Priority,Created,Updated", "Highest"),
        "de": ("Vorgangsschlüssel,Zusammenfassung,Autor,Status,Priorität,Erstellt,Aktualisiert", "Highest"),
        "fr": ("Clé de ticket,Résumé,Rapporteur,État,Priorité,Création,Résolue", "Highest"),
        "es": ("Clave de incidencia,Resumen,Informador,Estado,Prioridad,Creada,Actualizada", "Highest"),
        "it": ("Chiave di ticket,Riepilogo,Richiedente,Stato,Priorità,Creati,Aggiornato", "Highest"),
        "pt": ("Chave da item,Resumo,Relator,Status,Prioridade,Criado,Atualizado(a)", "Highest"),
        "nl": ("Issuecode,Samenvatting,Melder,Status,Prioriteit,Aangemaakt,Bijgewerkt", "Highest"),
        "ja": ("課題キー,要約,報告者,ステータス,優先度,作成日,更新日", "Highest"),
    },
}  # fmt: skip


def exports() -> Iterator[tuple[str, str]]:
    """Each desk in each language."""
    for layout, languages in DESKS.items():
        for language in languages:
            yield layout, language


@pytest.mark.parametrize(("layout", "language"), list(exports()))
def test_a_desk_in_each_language(load_files: LoadFiles, tmp_path: Path, layout: str, language: str) -> None:
    """The layout goes before every other, and the ticket has its id, its opening and its severity."""
    header, priority = DESKS[layout][language]
    content = header + "\n" + ROW.format(key="A-1", status="x", priority=priority) + "\n"
    (tmp_path / "apart").mkdir()
    path = tmp_path / "apart" / "export.csv"
    path.write_text(content, encoding="utf-8")
    with open_warehouse(tmp_path / "apart") as warehouse:
        found = detect(path, LAYOUTS, warehouse)
    assert [one.name for one in found.candidates][:1] == [layout]
    done = load_files({"x.csv": content}, source("x.csv", layout, timezone='"UTC"'))
    assert done.rows("SELECT ticket_id, opened_at, severity, status FROM ticket") == [
        ("A-1", instant("2026-07-21T08:00:00"), "critical", "x")
    ]
    assert done.counts() == (1, 1, 0)


def test_a_case_goes_by_its_hidden_identifier(load_files: LoadFiles) -> None:
    """Where the hidden columns are there, a case has the identifier that the Web API gives it, in small letters."""
    header = "(Do Not Modify) Case,(Do Not Modify) Row Checksum,(Do Not Modify) Modified On,Case Number,Customer,Origin,Created On\n"
    row = "7F1D0C2E-0000-4000-8000-0000000000AB,x,,CAS-01234-X1Y2Z3,Contoso,Web,2026-07-21 08:00\n"
    done = load_files({"x.csv": header + row}, source("x.csv", "dynamics_cases_csv", timezone='"UTC"'))
    assert done.rows("SELECT ticket_id, channel, severity FROM ticket") == [
        ("7f1d0c2e-0000-4000-8000-0000000000ab", "portal", None)
    ]


def test_a_view_of_cases_as_a_workbook(load_files: LoadFiles, tmp_path: Path) -> None:
    """A static worksheet has three columns before those of the view, and times as serial numbers."""
    header = [f"(Do Not Modify) {name}" for name in ("Case", "Row Checksum", "Modified On")]
    opened = datetime(2026, 7, 21, 8, 0, tzinfo=UTC).replace(tzinfo=None)
    rows: list[list[object]] = [
        [*header, "Case Title", "Case Number", "Priority", "Origin", "Customer", "Owner", "Status Reason", "Created On"],
        ["7f1d0c2e-0000-4000-8000-0000000000ab", "x", opened, "y", "CAS-01", "High", "Phone", "Contoso", "Kim", "In Progress", opened],
    ]  # fmt: skip
    content = xlsx({"All Cases": rows})
    (tmp_path / "apart").mkdir()
    (tmp_path / "apart" / "x.xlsx").write_bytes(content)
    with open_warehouse(tmp_path / "apart") as warehouse:
        found = detect(tmp_path / "apart" / "x.xlsx", LAYOUTS, warehouse)
    assert [one.name for one in found.candidates][:1] == ["dynamics_cases_csv"]
    done = load_files({"x.xlsx": content}, source("x.xlsx", "dynamics_cases_csv", timezone='"Europe/Berlin"'))
    assert done.rows("SELECT opened_at, severity, channel, customer_id, status FROM ticket") == [
        (instant("2026-07-21T06:00:00"), "critical", "phone", "Contoso", "In Progress")
    ]
