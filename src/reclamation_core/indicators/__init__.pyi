from reclamation_core.indicators.counts import WeeklyCounts as WeeklyCounts
from reclamation_core.indicators.detection import DETECTORS as DETECTORS
from reclamation_core.indicators.detection import Detector as Detector
from reclamation_core.indicators.detection import Rise as Rise
from reclamation_core.indicators.detection import detect_rises as detect_rises
