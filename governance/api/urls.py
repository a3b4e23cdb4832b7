"""The addresses of the register's half of the API."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from governance.api.law_records import DataProtectionViewSet, FundamentalRightsViewSet, NotHighRiskViewSet
from governance.api.parts import (
    ControlStatusViewSet,
    DataFlowViewSet,
    EvaluationViewSet,
    EvidenceViewSet,
    HostOfferViewSet,
    SubcontractorViewSet,
    SystemComponentViewSet,
    VendorDependencyViewSet,
)
from governance.api.views import ComponentViewSet, LegalEntityViewSet, SystemViewSet, VendorViewSet, VocabularyView

router = SimpleRouter()
router.register("systems", SystemViewSet, basename="api-system")
router.register("legal-entities", LegalEntityViewSet, basename="api-legal-entity")
router.register("vendors", VendorViewSet, basename="api-vendor")
router.register("components", ComponentViewSet, basename="api-component")
router.register("system-components", SystemComponentViewSet, basename="api-system-component")
router.register("data-flows", DataFlowViewSet, basename="api-data-flow")
router.register("dependencies", VendorDependencyViewSet, basename="api-dependency")
router.register("subcontractors", SubcontractorViewSet, basename="api-subcontractor")
router.register("host-offers", HostOfferViewSet, basename="api-host-offer")
router.register("evaluations", EvaluationViewSet, basename="api-evaluation")
router.register("controls", ControlStatusViewSet, basename="api-control")
router.register("evidence", EvidenceViewSet, basename="api-evidence")
router.register("fundamental-rights-assessments", FundamentalRightsViewSet, basename="api-fundamental-rights")
router.register("data-protection-assessments", DataProtectionViewSet, basename="api-data-protection")
router.register("not-high-risk-assessments", NotHighRiskViewSet, basename="api-not-high-risk")

urlpatterns = [*router.urls, path("vocabulary/", VocabularyView.as_view(), name="api-vocabulary")]
