import cProfile
from datetime import datetime

from reclamation_core import UNKNOWN
from reclamation_core.cases import Case, SupportKind, TextKind, Vault
from reclamation_core.cases.events import Alerted, Anonymised, FactsCorrected
from reclamation_core.cases.narration import Narrator, value
from reclamation_core.cases.rendering import describe
from reclamation_core.desk import Desk
from reclamation_core.policy import Parameters, Policy, QualificationParameters
from reclamation_core.vocabulary import Channel
from tests.typography import plain
from tests.unit.desk.factories import SITES, analysed, at, closed, malfunction, new_desk, qualified, registered, sheet


def test_an_optional_reason_follows_the_sentence_of_its_event(desk: Desk) -> None:
    case = closed(desk)
    bare = desk.suspend_retention(case.reference)
    desk.resume_retention(case.reference)
    reasoned = desk.suspend_retention(case.reference, reason="assignation")
    told = [plain(describe(one, one.events[-1])) for one in (bare, reasoned)]
    assert told == ["effacement suspendu pour contentieux", "effacement suspendu pour contentieux : assignation"]


def test_an_analysis_that_found_no_cause_says_so(desk: Desk) -> None:
    case = desk.analyse(qualified(desk).reference, report="rien")
    event = case.events[-1]
    assert plain(describe(case, event)) == "causes analysées (sans méthode particulière) : aucune"
    assert describe(case, event, "en") == "causes analysed (without a particular method): none"


def test_a_partial_erasure_is_described_as_partial(desk: Desk) -> None:
    case = desk.anonymise(closed(desk).reference, kinds=(TextKind.PERSONAL,))
    assert isinstance(case.events[-1].data, Anonymised)
    assert plain(describe(case, case.events[-1])) == "anonymisé en partie"


def test_a_correction_describes_the_changes_and_the_reason(desk: Desk) -> None:
    case = desk.correct(registered(desk).reference, reason="lettre mal lue", channel="portal", recurrences=2)
    assert isinstance(case.events[-1].data, FactsCorrected)
    assert plain(describe(case, case.events[-1])) == (
        "informations rectifiées : récurrences en douze mois (2), canal (portail) ; motif : lettre mal lue"
    )


def test_the_receipt_of_a_malfunction_is_its_finding(desk: Desk) -> None:
    case = desk.correct(desk.register(malfunction(), site="CRE").reference, reason="x", received_at=at(1, 7))
    assert describe(case, case.events[-1], "en") == "facts corrected: finding (1 June 2026 07:00); reason: x"
    assert (case.timeline("en")[-1].changes[0].label, "Constaté le" in case.to_html()) == ("finding", True)


def test_a_qualification_has_the_criticality_of_judged_risks() -> None:
    loose = Parameters(qualification=QualificationParameters(risks_required=False))
    desk = new_desk(policy=Policy(edition="sans I24", parameters=loose))
    case = registered(desk)
    desk.add_support(case.reference, kind=SupportKind.EMAIL, title="le courriel")
    unjudged = desk.qualify(case.reference, problem="l'absence")
    judged = qualified(new_desk())
    assert plain(describe(unjudged, unjudged.events[-1])) == "qualifié : l'absence"
    assert judged.verdict.band is not None
    assert f" ; niveau de criticité : {judged.verdict.band.label('fr')}" in plain(describe(judged, judged.events[-1]))


def test_an_alert_has_its_deadline_threshold_and_date(desk: Desk) -> None:
    case = desk.cases.get(registered(desk).reference)
    desk.sweep(at(30))
    alerted = [event for event in desk.cases.get(case.reference).events if isinstance(event.data, Alerted)]
    # Ten business days after 1 June 2026 without a holiday: 15 June.
    assert [plain(describe(desk.cases.get(case.reference), alerted[-1], lang)) for lang in ("fr", "en")] == [
        "alerte : réponse, date limite le 15/06/2026 (en retard ; alerte émise après la date prévue)",
        "alert: answer, last day 15 June 2026 (overdue; the alert itself is late)",
    ]


def test_a_fact_is_formatted_for_readers() -> None:
    for fact, words in [
        (Channel.EMAIL, "courriel"),
        (True, "oui"),
        (False, "non"),
        (UNKNOWN, "inconnu"),
        (4.5, "4,5"),
        (3, "3"),
        (at(2, 8), "02/06/2026 08:00"),
    ]:
        assert value(fact) == words, fact


def test_a_family_has_its_name_and_an_unknown_one_its_code() -> None:
    say = Narrator("fr", Vault(), datetime.date)
    assert say.families(("planning", "autre")) == "planification et organisation des sessions, autre"


def test_a_theme_has_its_label_and_one_of_ones_own_its_code(desk: Desk) -> None:
    case = registered(desk)
    case = desk.complete_facts(case.reference, theme="training")
    own = desk.correct(case.reference, reason="autre thème", theme="parking")
    assert plain(describe(case, case.events[-1])) == "informations complétées : thème (formation)"
    assert describe(case, case.events[-1], "en") == "facts completed: theme (training)"
    assert plain(describe(own, own.events[-1])) == "informations rectifiées : thème (parking) ; motif : autre thème"
    assert "thème : formation" in plain(case.to_html())
    none = desk.correct(case.reference, reason="autre thème", theme=None)
    assert plain(describe(none, none.events[-1])) == "informations rectifiées : thème (inconnu) ; motif : autre thème"


def test_the_plan_of_a_site_has_its_name(desk: Desk) -> None:
    case = analysed(desk)
    case = desk.plan(case.reference, sheet("A-1"))
    assert plain(describe(case, case.events[-1], sites=SITES)) == "actions décidées : A-1 (centre Créteil)"
    assert plain(describe(case, case.events[-1])) == "actions décidées : A-1 (centre CRE)"
    assert "A-1 (centre Créteil)" in plain(case.to_html(sites=SITES))


def test_the_calls_that_tell_a_history_grow_as_its_events_do(desk: Desk) -> None:
    case = registered(desk)
    for number in range(160):
        case = desk.add_note(case.reference, text=f"note {number}")

    def calls_of(events: int) -> int:
        told = Case.from_events(case.events[:events], case.vault)
        told.timeline()  # first, what is computed once
        with cProfile.Profile() as profile:
            told.timeline()
        return sum(one.callcount for one in profile.getstats())

    assert calls_of(161) < 2.1 * calls_of(81)
