"""The validators of the JSON Schemas of documents, by another library."""

from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from reclamation_core.schemas import document_schema


@cache
def validator(name: str) -> Draft202012Validator:
    """Return the validator of a schema, which the tests of the schemas find to be one."""
    return Draft202012Validator(document_schema(name))


def valid(name: str, document: Any) -> bool:
    """Return True for a document that is valid, and raise an error for another."""
    validator(name).validate(document)
    return True
