"""The board: pages in French and English for the people who handle cases, served by any web framework.

Each page is made on the server and works without scripts. `Board.respond` takes a request and a desk and returns a
response; an integration converts both. The board needs the extra `board`.
"""

from reclamation_core.integrations.board.pages import Board
from reclamation_core.integrations.board.requests import ActingRole, BoardRequest, BoardResponse, HostLink

__all__ = ["ActingRole", "Board", "BoardRequest", "BoardResponse", "HostLink"]
