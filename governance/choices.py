"""The choices stored in the register. Stored values never change; labels may."""

from django.db import models


class LifecycleStage(models.TextChoices):
    """Where a system stands; the values are those of the fact ``sys.stage``."""

    IDEA = "idea", "Idea"
    RESEARCH = "research", "Research"
    LAB_TESTING = "lab_testing", "Testing in the lab"
    REAL_WORLD_TESTING = "real_world_testing", "Testing in the real world"
    IN_SERVICE = "on_market_or_in_service", "In service"
    WITHDRAWN = "withdrawn", "Withdrawn"


class ComponentKind(models.TextChoices):
    """What a component is."""

    MODEL = "model", "Model"
    DATASET = "dataset", "Data set"
    FRAMEWORK = "framework", "Framework"
    LIBRARY = "library", "Library"
    SERVICE = "service", "Service"
    ASSISTANT = "assistant", "Assistant or product"


class RunMode(models.TextChoices):
    """How a component is run for a system; the values are those of ``lock.access_mode``."""

    SELF_HOSTED = "self_hosted", "On our own machines"
    OTHER_HOST = "other_host", "By another host than the publisher"
    VENDOR_API = "vendor_api", "Through the publisher's service"
    EMBEDDED = "embedded_in_product", "Inside a vendor's product"


class Adaptation(models.TextChoices):
    """What was done to a component before use."""

    AS_IS = "as_is", "Used as it is"
    FINE_TUNED = "fine_tuned", "Fine-tuned for us"
    OWN = "own", "Built by us"


class ReplaceObject(models.TextChoices):
    """What would have to be replaced; the values are those of ``lock.replace_object``."""

    FEATURE = "feature", "A feature of a product"
    PRODUCT = "product", "The product"
    HOST = "host", "The host"
    MODEL = "model", "The model"


class HostRole(models.TextChoices):
    """What a company that offers a model does with it; only a host truly runs it."""

    HOST = "host", "Runs the model"
    GATEWAY = "gateway", "Passes calls on"
    RESELLER = "reseller", "Resells another company's service"


class ClaimSpeaker(models.TextChoices):
    """Who says of a component that it is open; only its maker's own claim can be open-washing."""

    VENDOR = "vendor", "Its vendor"
    PUBLISHER = "publisher", "Its publisher"
    THIRD_PARTY = "third_party", "A third party"


class EvidenceGrade(models.TextChoices):
    """How well something is supported."""

    VERIFIED = "verified", "Verified by us"
    DOCUMENTED = "documented_by_third_party", "Documented by a third party"
    SELF_DECLARED = "self_declared", "Declared by ourselves"
    VENDOR_CLAIMED = "vendor_claimed", "Claimed by the vendor"


class Availability(models.TextChoices):
    """Whether a part of a model can be had."""

    AVAILABLE = "available", "Available"
    UNAVAILABLE = "unavailable", "Not available"
    UNKNOWN = "unknown", "Not known"


class ParentStatus(models.TextChoices):
    """What is known of a vendor's ultimate parent."""

    UNKNOWN = "unknown", "Not known"
    NONE = "none", "Has no parent"
    NAMED = "named", "Has the parent named here"


class TransferTool(models.TextChoices):
    """On what basis personal data leave the EEA (GDPR Chapter V)."""

    UNKNOWN = "unknown", "Not known"
    NOT_NEEDED = "not_needed", "Not needed: stays in the EEA"
    ADEQUACY = "adequacy", "Adequacy decision"
    DPF = "dpf", "EU-US Data Privacy Framework"
    SCC = "scc", "Standard contractual clauses"
    BCR = "bcr", "Binding corporate rules"
    DEROGATION = "derogation", "Derogation of Art. 49"
    NONE = "none", "None in place"


class FlowRole(models.TextChoices):
    """In which role a party receives data."""

    PERSONS = "persons", "Persons concerned"
    OURSELVES = "ourselves", "Ourselves"
    PROCESSOR = "processor", "Processor"
    SUB_PROCESSOR = "sub_processor", "Sub-processor"
    CONTROLLER = "controller", "Another controller"


class TrainingUse(models.TextChoices):
    """Whether the recipient trains its models on the data."""

    UNKNOWN = "unknown", "Not known"
    NO = "no", "Not used for training"
    OPT_OUT = "opt_out", "Used unless we object"
    YES = "yes", "Used for training"


class SwitchingCharge(models.TextChoices):
    """What leaving costs by the contract; the values are those of ``contract.switching_charge``."""

    NONE = "none", "None"
    COST_BASED = "cost_based", "The vendor's cost"
    PENALTY = "penalty", "More than the vendor's cost"


class Substitutability(models.TextChoices):
    """How hard a provider is to replace (DORA register, field B_07.01.0050)."""

    EASILY = "easily", "Easily"
    MEDIUM = "medium", "With some effort"
    HIGHLY_COMPLEX = "highly_complex", "Only with great effort"
    NOT_SUBSTITUTABLE = "not_substitutable", "Not at all"


class Fallback(models.TextChoices):
    """What takes over if the system stops today; the values are those of ``exit.fallback``."""

    HOT_OTHER_MODEL = "hot_other_model", "Another model that already runs"
    COLD_OTHER_MODEL = "cold_other_model", "Another model that must be started"
    RULES = "rules", "Fixed rules"
    MANUAL = "manual", "People"
    NONE = "none", "Nothing"


class ExitTestKind(models.TextChoices):
    """How an exit was tested; the values are those of ``exit.test_kind``."""

    FULL_CUTOVER = "full_cutover", "Full move"
    TECHNICAL = "technical", "Technical test"
    TABLETOP = "tabletop", "On paper"


class ControlState(models.TextChoices):
    """How far an obligation is met."""

    MET = "met", "Met"
    PARTLY = "partly", "Partly met"
    NOT_MET = "not_met", "Not met"
    NOT_APPLICABLE = "not_applicable", "Does not apply, for the reason given"


class RecordStatus(models.TextChoices):
    """Whether a form of the law is still being filled in; only a final one counts."""

    DRAFT = "draft", "Draft"
    FINAL = "final", "Final"


class ElementSource(models.TextChoices):
    """Where an element of a fundamental-rights assessment stands if not in its own words (AI Act Art. 27(2), (4))."""

    DPIA = "dpia", "In the data protection impact assessment"
    EARLIER = "earlier", "In an earlier assessment of a similar case"
    PROVIDER = "provider", "In the provider’s own assessment"


class FilterCondition(models.TextChoices):
    """A ground of AI Act Art. 6(3), points (a) to (d); the values are those of ``sys.filter_condition``."""

    NARROW_PROCEDURAL = "narrow_procedural", "(a) It does a narrow procedural task"
    IMPROVES_COMPLETED = "improves_completed_human", "(b) It improves work a person has already finished"
    DETECTS_DEVIATION = "detects_deviation", "(c) It detects decision patterns or deviations from earlier decisions"
    PREPARATORY = "preparatory", "(d) It only prepares an assessment"


class AnnexPoint(models.TextChoices):
    """The points of AI Act Annex III; the values are those of ``aia.annex_points``."""

    P1A = "1a", "1(a) remote biometric identification"
    P1B = "1b", "1(b) biometric categorisation"
    P1C = "1c", "1(c) emotion recognition"
    P2 = "2", "2 critical infrastructure"
    P3A = "3a", "3(a) access to education"
    P3B = "3b", "3(b) learning outcomes"
    P3C = "3c", "3(c) level of education"
    P3D = "3d", "3(d) monitoring of tests"
    P4A = "4a", "4(a) recruitment and selection"
    P4B = "4b", "4(b) terms of work, promotion, monitoring"
    P5A = "5a", "5(a) public benefits and services"
    P5B = "5b", "5(b) creditworthiness and credit scores"
    P5C = "5c", "5(c) life and health insurance"
    P5D = "5d", "5(d) emergency calls and dispatch"
    P6A = "6a", "6(a) risk of becoming a victim"
    P6B = "6b", "6(b) polygraphs in law enforcement"
    P6C = "6c", "6(c) reliability of evidence"
    P6D = "6d", "6(d) risk of offending"
    P6E = "6e", "6(e) profiling in investigations"
    P7A = "7a", "7(a) polygraphs in migration"
    P7B = "7b", "7(b) risks of persons entering"
    P7C = "7c", "7(c) asylum, visa and residence"
    P7D = "7d", "7(d) identification of persons"
    P8A = "8a", "8(a) administration of justice"
    P8B = "8b", "8(b) elections and voting"


class ResidualRisk(models.TextChoices):
    """How high the risk stays with all measures taken (GDPR Art. 36(1))."""

    LOW = "low", "Low"
    MEDIUM = "medium", "Medium"
    HIGH = "high", "High"


class EvaluationResult(models.TextChoices):
    """How a component did in an evaluation of our own."""

    PASSED = "passed", "Passed"
    FAILED = "failed", "Failed"
    PARTLY = "partly", "Passed in part"


class EvidenceKind(models.TextChoices):
    """What a piece of evidence is."""

    CONTRACT = "contract", "Contract"
    POLICY = "policy", "Policy or procedure"
    TEST = "test", "Test or evaluation"
    CERTIFICATE = "certificate", "Certificate or audit report"
    DOCUMENTATION = "documentation", "Documentation"
    RECORD = "record", "Record or log"
    NOTICE = "notice", "Notice or screen"
    OTHER = "other", "Other"


MOF_PARTS = (
    "Datasets",
    "Data preprocessing code",
    "Model architecture",
    "Model parameters (Final)",
    "Model metadata",
    "Model parameters (Intermediate)",
    "Training code",
    "Inference code",
    "Evaluation code",
    "Evaluation data",
    "Evaluation results",
    "Supporting libraries and tools",
    "Model card",
    "Data card",
    "Technical report",
    "Research paper",
    "Sample model outputs",
)
"""The 17 parts of the Model Openness Framework, by their names in the framework."""

LICENCE_FLAGS = (
    ("osi_approved", "Approved by the OSI"),
    ("fsf_libre", "Called free by the FSF"),
    ("open_data", "Open data licence"),
    ("attribution", "Attribution required"),
    ("share_alike", "Changes under the same licence"),
    ("non_commercial", "Not for commercial use"),
    ("research_only", "For research only"),
    ("no_derivatives", "No changes allowed"),
    ("no_redistribution", "Not to be passed on"),
    ("acceptable_use_policy", "With an acceptable use policy"),
    ("field_of_use", "Some uses forbidden"),
    ("output_restriction", "Limits on using its output"),
    ("closed", "Closed"),
    ("not_understood", "Terms not understood"),
    ("unknown", "Not known"),
)
"""What a licence says, as a component keeps it; a limit has its figure or place behind a colon and is none of these."""

ICT_SERVICE_TYPES = (
    ("S01", "S01 ICT project management"),
    ("S02", "S02 ICT development"),
    ("S03", "S03 Help desk"),
    ("S04", "S04 Security management"),
    ("S05", "S05 Provision of data"),
    ("S06", "S06 Data analysis"),
    ("S07", "S07 Hosting (not in a cloud)"),
    ("S08", "S08 Computation"),
    ("S09", "S09 Storage (not in a cloud)"),
    ("S10", "S10 Telecom carrier"),
    ("S11", "S11 Network infrastructure"),
    ("S12", "S12 Hardware"),
    ("S13", "S13 Software licences (not as a service)"),
    ("S14", "S14 ICT operation"),
    ("S15", "S15 ICT consulting"),
    ("S16", "S16 ICT risk management"),
    ("S17", "S17 Cloud: infrastructure"),
    ("S18", "S18 Cloud: platform"),
    ("S19", "S19 Cloud: software"),
)
"""Types of ICT service by the codes of the DORA register of information (ITS 2024/2956, annex III)."""
