"""Tables as another program would write them in DMN, and documents that were damaged."""

import random
import re

from hypothesis import assume, given
from hypothesis import strategies as st

from reclamation_core.errors import Fault, FaultsError
from reclamation_core.tables import from_dmn, to_dmn
from tests.properties.tables.oracle import Spec, base_facts, judge
from tests.properties.tables.specs import build, specs, values_of
from tests.unit.tables.dmn_models import MODELS, mutated

_EXTENSIONS = re.compile(r"<extensionElements>.*?</extensionElements>", re.DOTALL)
_NAMESPACES = ("http://www.omg.org/spec/DMN/20151101/dmn.xsd", "https://www.omg.org/spec/DMN/20240513/MODEL/")
_TEXTS = re.compile(r"<allowedValues>.*?</allowedValues>|<inputValues>\s*<text>\".*?</inputValues>", re.DOTALL)


@given(specs(), st.sampled_from(_NAMESPACES), st.booleans(), st.data())
def test_a_table_without_anything_of_ours_decides_as_its_rules_say(
    spec: Spec, namespace: str, listed: bool, data: st.DataObject
) -> None:
    assume(not (spec.output == "scale" and spec.policy in {"collect_max", "collect_min"}))  # DMN knows no such order
    text = _EXTENSIONS.sub("", to_dmn(build(spec)))
    text = text.replace("https://www.omg.org/spec/DMN/20191111/MODEL/", namespace).replace(' id="', ' key="')
    facts = {fact.name: data.draw(values_of(fact), label=fact.name) for fact in base_facts(spec)}
    if not listed:
        text = _TEXTS.sub("", text)
        assume(not any(fact.absent and fact.kind == "enumeration" for fact in base_facts(spec)))
    assert from_dmn(text, validate=False)[spec.name].decide(facts).outcome == judge(spec, facts).outcome


@given(st.sampled_from(sorted(MODELS)), st.integers(0, 1 << 32))
def test_a_damaged_model_is_read_or_refused_with_its_faults(name: str, seed: int) -> None:
    text = mutated(MODELS[name].encode(), random.Random(seed))  # noqa: S311  damage is drawn, nothing is secret
    faults: tuple[Fault, ...] = ()
    try:
        read = list(from_dmn(text))
    except FaultsError as error:
        read, faults = [], error.faults
    assert read or faults
    assert all(fault.path and str(fault) for fault in faults)
