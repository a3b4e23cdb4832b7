"""The forms of the law as officers meet them: offered where they apply, filled in, made final, shown with state."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import yaml
from django.urls import reverse
from django.utils import timezone

from audit.rulepacks.cases import read_cases
from audit.rulepacks.loader import RULEPACKS
from governance.choices import AnnexPoint
from governance.models import AISystem, DataProtectionAssessment, FundamentalRightsAssessment, NotHighRiskAssessment
from governance.services.groups import set_up_groups
from tests.audit.pages_bank import record_outcome
from tests.audit.scenes import make_entity, make_system
from tests.governance.admin.scenes import errors_of, read_form, sign_in
from tests.governance.law_scenes import DPIA, FRIA, NOT_HIGH_RISK, make_dpia, make_fria, make_not_high_risk

pytestmark = pytest.mark.django_db

# The worked case V01: a bank scores the creditworthiness of people, which is point 5(b), so that Art. 27 asks of it.
[CASE] = [case for case in read_cases(RULEPACKS / "eu_ai_act") if case.form.id == "V01"]
SCORING: dict[str, Any] = dict(CASE.facts)
# A text tool that judges nobody: nothing of Annex III.
PLAIN: dict[str, Any] = {**SCORING, "sys.use_cases": [], "sys.profiling": False, "data.personal": False}


@pytest.fixture(autouse=True)
def _groups(db: None) -> None:
    set_up_groups()


def judged(answers: dict[str, Any], **columns: Any) -> AISystem:
    stored = {key: {"value": value} for key, value in answers.items()}
    system = make_system(legal_entity=make_entity(answers={}), answers=stored, **columns)
    record_outcome(system)
    return system


def page_of(system: AISystem, group: str = "officer") -> str:
    address = reverse("admin:governance_aisystem_change", args=[system.pk])
    return sign_in(group).get(address).content.decode()


def begin(system: AISystem, kind: str, group: str = "officer") -> Any:
    return sign_in(group).post(reverse("admin:governance_aisystem_form", args=[system.pk, kind]))


def address_of(record: Any) -> str:
    return reverse(f"admin:governance_{record._meta.model_name}_change", args=[record.pk])


def fill_in(record: Any, content: dict[str, Any], button: str = "_save", group: str = "officer") -> Any:
    client = sign_in(group)
    sent = {key: value.isoformat() if isinstance(value, date) else value for key, value in content.items()}
    sent = {key: {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else value
            for key, value in sent.items()}  # fmt: skip
    data = {**read_form(client, address_of(record)), **sent, button: "1"}
    return client.post(address_of(record), data)


def test_the_form_of_art_27_is_offered_where_it_applies_and_begun_from_the_system_s_page() -> None:
    system = judged(SCORING)
    assert "Fundamental-rights impact assessment" in page_of(system)
    response = begin(system, "fria")
    record = FundamentalRightsAssessment.objects.get()
    assert response.headers["Location"] == address_of(record)


def test_where_the_law_does_not_ask_for_it_it_cannot_be_begun() -> None:
    system = judged(PLAIN)
    page = page_of(system)
    assert "On what is known the law does not ask for it." in page
    for kind in ("fria", "dpia", "art_6_3"):
        begin(system, kind)
    assert not FundamentalRightsAssessment.objects.exists()
    assert not DataProtectionAssessment.objects.exists()
    assert not NotHighRiskAssessment.objects.exists()


def test_the_record_of_art_6_3_is_offered_where_a_point_of_annex_iii_is_claimed() -> None:
    system = judged(SCORING)
    assert "listed in Annex III (5b)" in page_of(system)
    begin(system, "art_6_3")
    assert NotHighRiskAssessment.objects.filter(system=system).exists()


def test_before_it_is_in_service_the_form_is_asked_for_already() -> None:
    # Art. 27(1): "Prior to deploying a high-risk AI system"
    system = judged(SCORING, stage="lab_testing")
    assert "before the system is put into service" in page_of(system)
    begin(system, "fria")
    assert FundamentalRightsAssessment.objects.exists()


def test_a_system_spared_for_its_age_may_get_its_form_ready() -> None:
    # Art. 111(2): placed before 2 December 2027, it is spared until its design is changed significantly.
    system = judged(SCORING, in_service_on=date(2022, 4, 11))
    assert "once the design is changed significantly (Art. 111(2))" in page_of(system)
    begin(system, "fria")
    assert FundamentalRightsAssessment.objects.exists()


def test_while_it_is_open_whether_the_law_asks_the_form_may_be_begun() -> None:
    system = judged({key: SCORING[key] for key in ("sys.ai_definition", "sys.use_cases")})
    assert "It may be asked for; that depends on:" in page_of(system)
    begin(system, "fria")
    assert FundamentalRightsAssessment.objects.exists()


def test_only_officers_begin_and_fill_in_and_auditors_read() -> None:
    system = judged(SCORING)
    assert begin(system, "fria", "auditor").status_code == 403
    record = make_fria(system, status="draft")
    client = sign_in("auditor")
    page = client.get(address_of(record))
    assert page.status_code == 200
    assert FRIA["risks"] in page.content.decode()
    assert client.post(address_of(record), {"risks": "None."}).status_code == 403


def test_each_part_says_what_the_provision_asks_and_where_it_stands() -> None:
    page = sign_in("officer").get(address_of(make_fria(judged(SCORING), status="draft"))).content.decode()
    for point in "abcdef":
        assert f"AI Act Art. 27(1)({point})" in page


def test_a_half_filled_draft_is_saved_and_says_what_is_missing() -> None:
    record = make_fria(judged(SCORING), status="draft", risks="")
    response = fill_in(record, {"note": "Risks follow."})
    assert response.status_code == 302
    page = sign_in("officer").get(address_of(record)).content.decode()
    assert "Draft: five of six: (d) is missing" in page
    assert "Missing: the risks of harm to them" in page


def test_making_it_final_with_gaps_tells_all_of_them_at_their_fields_and_saves_nothing() -> None:
    record = make_fria(judged(SCORING), status="draft", risks="", complaints="", performed_on=None)
    response = fill_in(record, {"note": "Done?"}, "_finalise")
    assert set(errors_of(response)) == {"risks", "complaints", "performed_on"}
    record.refresh_from_db()
    assert (record.status, record.note) == ("draft", "")


def test_a_whole_form_is_made_final_by_one_button() -> None:
    record = make_fria(judged(SCORING), status="draft")
    assert fill_in(record, {}, "_finalise").status_code == 302
    record.refresh_from_db()
    assert (record.status, record.finalised_by) == ("final", "officer")


def test_what_follows_is_added_to_a_final_form_and_its_content_stays() -> None:
    record = make_fria(judged(SCORING))
    fill_in(record, {"notified_on": FRIA["performed_on"], "notified_to": "BNetzA", "risks": "None."})
    record.refresh_from_db()
    assert (record.notified_to, record.risks) == ("BNetzA", FRIA["risks"])


def test_references_to_another_assessment_are_kept_and_shown_in_words() -> None:
    system = judged(SCORING)
    dpia = make_dpia(system)
    record = make_fria(system, status="draft", processes="", elsewhere={})
    fill_in(record, {"dpia": dpia.pk, "a_in": "dpia", "a_section": "2.1"}, "_finalise")
    record.refresh_from_db()
    assert record.elsewhere == {"a": {"in": "dpia", "section": "2.1"}}
    page = sign_in("officer").get(address_of(record)).content.decode()
    assert "(a): In the data protection impact assessment, 2.1" in page
    fill_in(record, {"note": "Seen."})
    record.refresh_from_db()
    assert record.elsewhere == {"a": {"in": "dpia", "section": "2.1"}}  # a final form does not lose them


def test_the_next_version_is_begun_from_the_final_one() -> None:
    record = make_fria(judged(SCORING))
    sign_in("officer").post(reverse("admin:governance_fundamentalrightsassessment_next", args=[record.pk]))
    assert FundamentalRightsAssessment.objects.filter(version=2, status="draft", risks=FRIA["risks"]).exists()


def test_a_final_form_cannot_be_deleted_and_a_draft_can() -> None:
    client = sign_in("officer")
    final, draft = make_fria(judged(SCORING)), make_dpia(judged(SCORING), status="draft")
    for record, status in ((final, 403), (draft, 302)):
        address = reverse(f"admin:governance_{record._meta.model_name}_delete", args=[record.pk])
        assert client.post(address, {"post": "yes"}).status_code == status
    assert FundamentalRightsAssessment.objects.exists()
    assert not DataProtectionAssessment.objects.exists()


@pytest.mark.parametrize(
    ("make", "content"), [(make_dpia, DPIA), (make_not_high_risk, NOT_HIGH_RISK)], ids=["DPIA", "Art. 6(3)"]
)
def test_the_other_two_forms_are_filled_in_the_same_way(make: Any, content: dict[str, Any]) -> None:
    record = make(judged(SCORING), status="draft")
    blank = type(record)(system=make_system(), version=1)
    blank.save()
    response = fill_in(blank, content, "_finalise")
    assert response.status_code == 302, errors_of(response)
    blank.refresh_from_db()
    for column, value in content.items():
        assert getattr(blank, column) == value
    assert blank.status == "final"


def test_what_contradicts_the_questionnaire_is_shown_on_both_pages() -> None:
    system = judged(SCORING)  # says that it profiles people
    record = make_not_high_risk(system)
    assert "It contradicts the questionnaire" in page_of(system)
    page = sign_in("officer").get(address_of(record)).content.decode()
    assert "The questionnaire says: yes. This form says: no." in page


def test_the_system_s_page_tells_what_counts_and_until_when() -> None:
    system = judged(SCORING)
    make_fria(system)
    page = page_of(system)
    assert "version 1: six of six elements" in page
    assert "2 November 2027" in page


def test_a_form_whose_review_is_due_says_that_it_no_longer_counts() -> None:
    system = judged(SCORING)
    make_fria(system, review_due_on=timezone.localdate())
    assert "No longer counts" in page_of(system)


def test_the_list_of_records_reads_all_elements_at_once(django_assert_max_num_queries: Any) -> None:
    for _ in range(4):
        make_fria(judged(SCORING), risks="")
    client = sign_in("officer")
    address = reverse("admin:governance_fundamentalrightsassessment_changelist")
    with django_assert_max_num_queries(16):
        page = client.get(address).content.decode()
    assert page.count("five of six: (d) is missing") == 4


def test_the_points_of_annex_iii_are_those_of_the_rules() -> None:
    text = (RULEPACKS / "eu_ai_act" / "classification.yaml").read_text(encoding="utf-8")
    derived = {each["fact"]: each for each in yaml.safe_load(text)["derived"]}
    members = [str(member["has"]) for member in derived["aia.annex_iii_match"]["members"]]
    assert AnnexPoint.values == members
