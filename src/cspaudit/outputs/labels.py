"""The fixed texts of the reports: labels of identifiers, headings, table heads, notes, glossary."""

from cspaudit.model.obligation import Kind, Way
from cspaudit.model.result import Status, Verdict

VERDICTS = {
    Verdict.NOT_MET: "Not met",
    Verdict.UNDETERMINED: "Undetermined",
    Verdict.MET: "Met",
    Verdict.NOT_APPLICABLE: "Not applicable",
}
STATUSES = {
    Status.PASS: "Pass",
    Status.FAIL: "Fail",
    Status.INSUFFICIENT: "No evidence",
    Status.NOT_YET_DUE: "Not yet due",
    Status.NOT_APPLICABLE: "Not applicable",
    Status.OBSERVATION: "Noted",
}
NOT_SCORED = "Not scored"
MEANINGS = {
    Verdict.MET: "Every case that had to be judged was judged, and no more failed than allowed.",
    Verdict.NOT_MET: "More cases failed than allowed, and the records prove it.",
    Verdict.UNDETERMINED: "No failure settles it, but evidence is missing. This is never counted as met.",
    Verdict.NOT_APPLICABLE: "It did not apply, and the records prove it.",
}
KINDS: dict[Kind, str] = {
    "duty": "duty",
    "recommendation": "recommendation",
    "permission": "permission",
    "condition": "condition of a permission",
    "exemption": "exemption",
    "statement": "statement",
    "own_promise": "own promise",
}
WAYS: dict[Way, str] = {
    "check": "Judged by the logs.",
    "attestation": "A person answers for it.",
    "observation": "Noted only: it never counts.",
    "applicability": "Says who or what is covered; nothing is tested.",
    "information": "For information; nothing is tested.",
}
TIERS = {
    "direct_bill": "Direct-bill partner",
    "indirect_provider": "Indirect provider",
    "indirect_reseller": "Indirect reseller",
}
CLOUDS = {"global": "global cloud", "us_gov": "US Government cloud", "21vianet": "21Vianet cloud"}
FAMILIES = {
    "support_terms": "Support terms",
    "on_time_payment": "On-time payment",
    "partner_communications": "Partner communications",
    "escalation_vehicle": "Escalation vehicle",
    "self_service": "Self-service",
    "roles": "Roles",
    "scope": "Scope",
    "historic": "Historic duties",
}
CASES = {
    "supplier_invoice": "Invoice",
    "customer_invoice": "Invoice",
    "service_request": "Request",
    "subscription_event": "Event",
    "support_terms": "Terms",
}
ACCEPTED_HEAD = "Accepted"
DUTY_HEADS = ("Pass", "Fail", "No evidence", "Not due", ACCEPTED_HEAD, "N/A", "Conform, %")
TOLD_HEADS: dict[Way, str] = {"applicability": "Who and what is covered", "information": "For information"}
NOT_RUN = "This test could not be run, so nothing is known about it."
RECORD_LEFT_OUT = "Record left out"
NONE = "none"
NONE_STATED = "none, as stated"
LOW_END = "Low end"
HIGH_END = "High end"
KIND_NOTES: dict[Kind, str] = {
    "condition": "A limit of a permission; not a Microsoft requirement as such.",
    "own_promise": "The partner's own target; not a Microsoft requirement as such.",
}
LABELS = {
    "report": "Audit scorecard",
    "programme": "Cloud Solution Provider obligations",
    "result": "Result at a glance",
    "duties": "Duties",
    "findings": "Findings",
    "evidence": "Evidence",
    "method": "Method",
    "sign_off": "Sign-off",
    "contents": "Contents",
    "skip": "Skip to the result",
    "theme": "Colours",
    "theme_auto": "Auto",
    "theme_light": "Light",
    "theme_dark": "Dark",
    "theme_contrast": "High contrast",
    "score": "Score",
    "of_100": "of 100",
    "no_score": "none",
    "earned": "earned",
    "earned_note": "proved by records",
    "open": "open",
    "open_note": "evidence is missing",
    "lost": "lost",
    "lost_note": "failures proved",
    "problems": "This audit could not be carried out in full",
    "do_first": "Do these first",
    "nothing_to_do": "Nothing: no failure was found and no evidence is missing.",
    "number": "No.",
    "action": "Action",
    "kind": "Kind",
    "points": "Points",
    "families": "Families",
    "family": "Family",
    "verdict": "Verdict",
    "range": "Range",
    "weight": "Weight",
    "duties_lede": "Worst first. Conform is the share of the judged cases that conform; it is a range where evidence is missing.",
    "duty": "Duty or recommendation",
    "part_of": "part of",
    "no_findings": "No test found or lacked anything.",
    "settings": "Settings",
    "all_from": "All rows come from",
    "reason": "Reason",
    "status": "Status",
    "observed": "Observed",
    "expected": "Expected",
    "file": "File",
    "record": "Record",
    "excepted": "Accepted exception",
    "map": "What the exports cover",
    "map_note": "Records by export and month. Hatched: the export holds nothing for that month, or surely not all of it "
    "(in part).",
    "map_note_year": "Records by export and year. Hatched: for a month or more of that year the export holds nothing, or "
    "surely not all of it (in part).",
    "export": "Export",
    "inputs": "Files read",
    "read": "Read",
    "loaded": "Used",
    "left_out": "Left out",
    "span": "First to last",
    "sha256": "SHA-256, first 12",
    "assumptions": "What was taken for granted",
    "no_assumptions": "Nothing had to be taken for granted.",
    "left_out_records": "Records left out",
    "left_out_none": "No record was left out.",
    "missing_records": "Named, but in no export",
    "missing_note": "Each of these records is named by another one, and none of the exports holds it. It counts as a "
    "case without evidence in every test that reads its kind, until an export holds it. An export that begins earlier "
    "shows which of them are older than the period: they then count no more.",
    "links": "What was linked",
    "links_note": "These records do not say themselves what they belong to. They were linked only where one thing alone "
    "fits; what may belong to several was left alone, and is never counted against the partner.",
    "linked_kind": "Records",
    "looked_at": "Looked at",
    "linked": "Linked",
    "linked_how": "How",
    "several_fit": "Not certain",
    "no_sign": "Nothing found",
    "named_in": "Named in",
    "field": "Field",
    "records": "Records",
    "example": "First of them",
    "value": "Value",
    "warnings": "Worth knowing",
    "completeness": "Are the exports complete?",
    "lacks": "What is known to be missing",
    "lacks_note": "A month that is not covered widens the range of every test that needs the export, and none of them can "
    "then be met.",
    "known": "What is known",
    "effect": "What it does",
    "totals": "Control totals",
    "totals_note": "What was used of each export, to be held against the ledger, the desk or the bank. Records left out "
    "are not in these figures.",
    "export_and_kind": "Export, and what it holds",
    "sums": "Sums",
    "repeats": "Repeated",
    "numbers": "Numbers that are missing",
    "numbers_note": "Records that are counted up, and numbers between the lowest and the highest that no export holds. "
    "Numbers are skipped for many reasons: a draft was deleted, somebody else uses the same counter. So this changes no "
    "verdict; ask where they are.",
    "run": "Lowest to highest",
    "present": "There",
    "absent": "Missing",
    "first_absent": "The first of them",
    "score_how": "How the score comes about",
    "formula": "Score = 100 \u00d7 sum of (weight \u00d7 share) \u00f7 sum of weights",
    "formula_note": "A must weighs 3, all else that counts weighs 1. That is a convention of this report, not of Microsoft. "
    "The share of an obligation is the mean over its tests; neither the number of cases nor of tests adds weight.",
    "lowest": "Lowest share, %",
    "highest": "Highest share, %",
    "where_written": "Where the obligations are written",
    "tests": "The tests and their settings",
    "not_seen": "What it cannot see",
    "glossary": "Words used",
    "limits": "Limits of this report",
    "statement": "This report states what the exports named in it show. It is no legal opinion and no statement by Microsoft.",
    "name_function": "Name and function",
    "signature": "Date and signature",
    "seal": "Seal of inputs",
    "seal_short": "seal",
    "seal_note": "The seal is the SHA-256 of the list of input files, each with its own hash and path: the same files give the same seal.",
    "audited_as": "Audited as",
    "evidence_to": "Evidence up to",
    "prepared_with": "Prepared with",
    "inputs_fact": "Inputs",
    "how_to_read": "How to read this report",
    "sign": "Sign",
    "meaning": "What it means",
    "hatching": "Filled signs are decided, outlined signs are open, a dash is out of scope. Hatching always means missing evidence.",
    "confidential": "Confidential. For {name} and its auditors.",
    "partner": "Partner",
    "partners": "Partners",
    "portfolio": "Scorecards of all partners",
}
GLOSSARY = (
    ("Case", "What one row of a test stands for: an invoice, a ticket, a message, a customer."),
    ("No evidence", "A case that cannot be judged because a fact is missing that could change the answer."),
    ("Not yet due", "The time limit was still running when the exports were taken; the case does not count yet."),
    ("Not applicable", "The obligation does not cover the case, and the records prove it."),
    ("Noted", "A fact worth showing that breaks nothing; it never counts."),
    ("Earned, open, lost", "The parts of the score proved by records, left open by missing evidence, lost to proved failures."),
    ("Record left out", "A record that could not be judged at all; wherever a test needs it, it counts as missing evidence."),
    ("Conform", "The lowest and highest possible share of cases that conform."),
)  # fmt: skip
LIMITS = (
    "Every case that the exports hold was judged; no samples were taken, so there is no sampling error.",
    "What an export does not hold cannot be seen: deleted records, calls nobody logged, conversations elsewhere.",
    "Obligations are told in our own words; the documents cited decide.",
)
