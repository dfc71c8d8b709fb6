"""A page that compares two policy editions on a file of complaints, wherever Python runs: a browser, a server, a test.

It knows neither the network nor a browser. A program passes it what a form sends, and shows the HTML that it returns.
"""

from reclamation_core.laboratory.comparison_page.caseload_file import example_file
from reclamation_core.laboratory.comparison_page.exchange import Download, Response, UploadedFile
from reclamation_core.laboratory.comparison_page.page import ComparisonPage

__all__ = ["ComparisonPage", "Download", "Response", "UploadedFile", "example_file"]
