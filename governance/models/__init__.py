"""The register: what is in use, as facts that people enter or import."""

from governance.models.components import Component, ComponentArtefact, EvaluationRecord, HostOffer
from governance.models.dependencies import Subcontractor, VendorDependency
from governance.models.events import AuditEvent
from governance.models.evidence import ControlStatus, Evidence
from governance.models.law import DataProtectionAssessment, FundamentalRightsAssessment, NotHighRiskAssessment
from governance.models.parties import LegalEntity, Vendor
from governance.models.systems import AISystem, DataFlow, SystemComponent

__all__ = [
    "AISystem",
    "AuditEvent",
    "Component",
    "ComponentArtefact",
    "ControlStatus",
    "DataFlow",
    "DataProtectionAssessment",
    "EvaluationRecord",
    "Evidence",
    "FundamentalRightsAssessment",
    "HostOffer",
    "LegalEntity",
    "NotHighRiskAssessment",
    "Subcontractor",
    "SystemComponent",
    "Vendor",
    "VendorDependency",
]
