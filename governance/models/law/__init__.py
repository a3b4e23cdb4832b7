"""The records that the law asks for element by element: impact assessments, and the reasons for a lighter class."""

from governance.models.law.dpia import DataProtectionAssessment
from governance.models.law.fria import FundamentalRightsAssessment
from governance.models.law.not_high_risk import NotHighRiskAssessment
from governance.models.law.records import LawRecord

__all__ = ["DataProtectionAssessment", "FundamentalRightsAssessment", "LawRecord", "NotHighRiskAssessment"]
