"""Where sources disagree: what each of them says, and which one an officer lets count, with the reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from governance.admin.days import name_days
from governance.admin.rows import CHANGED_MEANWHILE, MARKED, Entry, digest_entry
from governance.admin.sources import show_source
from governance.services.conflicts import find_decision, find_outdated, opinions_in
from governance.vocabulary import load_vocabulary

UNDECIDED: Final = ("", "Nobody has decided yet")


class DecisionForm(forms.Form):
    """One conflict: the opinions to choose from, and why one of them counts."""

    shown = forms.BooleanField(required=False, initial=True, widget=forms.HiddenInput)
    choice = forms.ChoiceField(label="Which one counts here", required=False, widget=forms.RadioSelect)
    reason = forms.CharField(label="Why it counts", max_length=1000, required=False)

    def __init__(self, conflict: Entry, decision: Entry | None, data: Any, *, prefix: str) -> None:
        self.conflict = conflict
        self.decision = decision
        self.opinions = opinions_in(conflict)
        chosen = [digest_entry(each) for each in self.opinions if decision and _is_chosen(each, decision)]
        initial = {"shown": True, "choice": chosen[0] if chosen else "", "reason": (decision or {}).get("reason", "")}
        super().__init__(data, initial=initial, prefix=prefix)
        choice = self.fields["choice"]
        if isinstance(choice, forms.ChoiceField):
            choice.choices = [
                UNDECIDED,
                *((digest_entry(each), name_days(str(each.get("value")))) for each in self.opinions),
            ]

    @property
    def options(self) -> list[tuple[Any, str]]:
        """Each button with where its opinion stands; the first one is for none of them."""
        stands = [
            show_source(str(each.get("source") or ""), each.get("on") or "", each.get("read_on") or "")
            for each in self.opinions
        ]
        return list(zip(self["choice"], ("", *stands), strict=True))

    @property
    def about(self) -> str:
        """What the sources disagree on, in words."""
        return name_field(str(self.conflict.get("field") or ""))

    @property
    def decided_on(self) -> str:
        """The day of the decision in words; empty while nothing is decided."""
        return name_days(str((self.decision or {}).get("on") or ""))

    def clean(self) -> dict[str, Any]:
        """A decision needs its reason, and a reason something that was decided."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("choice") and not data.get("reason"):
            self.add_error("reason", "Say why this one counts; the others stay on the page beside it.")
        if data.get("reason") and not data.get("choice") and "choice" not in self.errors:
            self.add_error("choice", "A reason is given; choose which one counts, or clear the reason.")
        return data

    def read(self) -> dict[str, Any] | None:
        """The decision; the stored one where nothing was changed, None where nothing is decided."""
        if not self.cleaned_data.get("shown"):
            return dict(self.decision) if self.decision else None
        chosen = next((each for each in self.opinions if digest_entry(each) == self.cleaned_data["choice"]), None)
        if chosen is None:
            return None
        reason = self.cleaned_data["reason"]
        if self.decision and _is_chosen(chosen, self.decision) and self.decision.get("reason") == reason:
            return dict(self.decision)
        return {
            "field": self.conflict.get("field"),
            "value": chosen.get("value"),
            "source": chosen.get("source"),
            "reason": reason,
            "on": timezone.localdate().isoformat(),
        }


class DecisionsWidget(forms.Widget):
    """Shows each conflict with its opinions; ``conflicts`` and ``decisions`` are set by the form of the component."""

    conflicts: Sequence[Entry] = ()
    decisions: Sequence[Entry] = ()

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[DecisionForm] | None:
        """What was sent for each conflict; None where the page had none of this field."""
        return None if self.value_omitted_from_data(data, files, name) else list(self.make_forms(name, data))

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Tell whether the page that was sent had none of this field."""
        del files
        return not any(key.startswith(f"{name}-") for key in data)

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """All conflicts, and the decisions for what no source says any more."""
        del attrs, renderer
        is_sent = isinstance(value, list) and all(isinstance(form, DecisionForm) for form in value)
        context = {
            "forms": value if is_sent and value else list(self.make_forms(name, None)),
            "outdated": [_describe_outdated(decision) for decision in find_outdated(self.conflicts, self.decisions)],
        }
        return render_to_string("admin/governance/component/decisions.html", context)

    def make_forms(self, name: str, data: Any) -> Iterator[DecisionForm]:
        """One form for each conflict, with what was sent for it."""
        for conflict in self.conflicts:
            decision = find_decision(conflict, self.decisions)
            yield DecisionForm(conflict, decision, data, prefix=f"{name}-{digest_entry(conflict)}")


class DecisionsField(forms.Field):
    """Decisions on conflicts; those for what no source says any more are kept."""

    widget: DecisionsWidget

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, widget=DecisionsWidget(), **options)

    def clean(self, value: Any) -> list[dict[str, Any]] | None:
        """The decisions, or None where the page had none of this field; refuses all where one is wrong."""
        if value is None:
            return None
        wrong = [form for form in value if not form.is_valid()]
        if wrong:
            raise ValidationError(MARKED, code="rows")
        if value and not any(form.cleaned_data.get("shown") for form in value):
            raise ValidationError(CHANGED_MEANWHILE, code="changed_meanwhile")
        read = [decision for form in value if (decision := form.read()) is not None]
        widget = self.widget
        return [*read, *(dict(each) for each in find_outdated(widget.conflicts, widget.decisions))]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Tell whether a decision was taken, changed or withdrawn."""
        try:
            return data is not None and self.clean(data) != list(initial or ())
        except ValidationError:
            return True


def name_field(field: str) -> str:
    """What the sources disagree on, in words: a fact by its question, a column by its name."""
    fact = load_vocabulary().facts.get(field)
    return fact.question.rstrip("?") if fact else field.replace("_", " ")


def _describe_outdated(decision: Entry) -> Entry:
    """A decision for what no source says any more, in words."""
    said = {name: name_days(str(decision.get(name) or "")) for name in ("value", "source")}
    return {**decision, **said, "about": name_field(str(decision.get("field") or ""))}


def _is_chosen(opinion: Entry, decision: Entry) -> bool:
    return (opinion.get("value"), opinion.get("source")) == (decision.get("value"), decision.get("source"))
