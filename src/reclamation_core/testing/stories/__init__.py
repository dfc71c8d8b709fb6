"""Stories: given a case, when something is done to it, then it is as expected, or refused by its guards."""

from reclamation_core.testing.stories.story import Refusal, Story, given

__all__ = ["Refusal", "Story", "given"]
