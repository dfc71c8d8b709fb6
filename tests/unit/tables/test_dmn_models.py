"""DMN as people draw it: names that are no identifiers, inherited types, defaults, decisions without a table."""

from datetime import time
from decimal import Decimal
from enum import StrEnum
from types import SimpleNamespace
from typing import Any, Final

import pytest

from reclamation_core.errors import FaultsError
from reclamation_core.missing import ABSENT
from reclamation_core.tables import (
    Boolean,
    DecisionTable,
    DmnTables,
    Enumeration,
    HitPolicy,
    Input,
    Integer,
    Number,
    OpenEnumeration,
    Row,
    is_not,
    to_dmn,
)
from reclamation_core.tables.dmn.lists import DmnListTable
from reclamation_core.wording import Wording
from tests.unit.tables.dmn_models import MODELS, from_dmn
from tests.unit.tables.test_dmn import HEAD, asks, document, faults, rule

KIE, TRISOTECH, CAMUNDA = MODELS["kie"], MODELS["trisotech"], MODELS["camunda"]
TEXTS = '<output typeRef="string"/>'
OUTPUT_WITH_DEFAULT: Final = (
    '<output typeRef="string"><defaultOutputEntry><text>"trois"</text></defaultOutputEntry></output>'
)


def output(default: str, values: str = "", type_: str = "string") -> str:
    listed = f"<outputValues><text>{values}</text></outputValues>" if values else ""
    return f'<output typeRef="{type_}">{listed}<defaultOutputEntry><text>{default}</text></defaultOutputEntry></output>'


def item(name: str, type_: str, values: str = "", more: str = "") -> str:
    allowed = f"<allowedValues><text>{values}</text></allowedValues>" if values else ""
    return f'<itemDefinition name="{name}" {more}><typeRef>{type_}</typeRef>{allowed}</itemDefinition>'


def data(name: str, type_: str) -> str:
    return f'<inputData name="{name}"><variable name="{name}" typeRef="{type_}"/></inputData>'


def the_faults(text: str) -> list[str]:
    with pytest.raises(FaultsError) as refused:
        from_dmn(text)
    return [str(fault) for fault in refused.value.faults]


# Whole documents of modelers


def test_a_model_of_camunda_is_read() -> None:
    read = from_dmn(CAMUNDA)

    assert list(read) == ["Niveau_de_l_appel", "Tranche"]
    assert read.names == {
        "Niveau de l'appel": "Niveau_de_l_appel",
        "Tranche": "Tranche",
        "canal": "canal",
        "jours": "jours",
    }
    level = read["Niveau_de_l_appel"]
    assert level.title == Wording("Niveau de l'appel", "Niveau de l'appel")
    assert [row.id for row in level.rows] == ["DecisionRule_1", "DecisionRule_2"]
    assert [fact.name for fact in level.base] == ["jours", "canal"]
    assert level.decide({"jours": 30, "canal": "courriel"}).outcome == "national"
    assert level.decide({"jours": 30, "canal": "visite"}).outcome == "local"
    assert level.decide({"jours": 29, "canal": "pigeon"}).outcome == "local"
    assert level.inputs[1].label == Wording("Canal", "Canal")


def test_a_model_of_trisotech_is_read_as_a_table_for_each_outcome() -> None:
    read = from_dmn(TRISOTECH)
    assert read.names["Customer's answer.Days to wait"] == "Customer_s_answer_Days_to_wait"
    facts = {"Order_Total_amount": 99.5, "Order_kind": "service"}
    assert read["Customer_s_answer_Status"].decide(facts).outcome == "accepted"
    assert read["Customer_s_answer_Days_to_wait"].decide(facts).outcome == Decimal("2.5")
    assert read["Customer_s_answer_Days_to_wait"].decide({**facts, "Order_Total_amount": 100}).outcome == 0
    assert [row.id for row in read["Customer_s_answer_Status"].rows] == ["petit (1)", "petit (2)", "default"]
    assert [str(note) for note in read.notes] == [
        f"decision[Customer's answer].output[{name}]: read under FIRST, with the default outcome as its last row; "
        "its other rows are proved under UNIQUE"
        for name in ("Status", "Days to wait")
    ]


def test_a_model_of_kie_is_read_and_what_is_no_table_is_left_out_with_a_note() -> None:
    read = from_dmn(KIE, names={"Years of service": "years"})
    assert list(read) == ["Points"]
    assert read["Points"].hit_policy is HitPolicy.COLLECT_SUM
    assert read["Points"].decide({"Grade": "A", "years": 12, "Bonus": True}).outcome == Decimal("15.5")
    assert read["Points"].decide({"Grade": "C", "years": 12, "Bonus": False}).outcome == 0
    assert [(note.path, note.wording.fr) for note in read.notes] == [
        ("decision[Bonus]", "cette décision n'est pas une table (literalExpression) ; elle n'est pas lue"),
        ("businessKnowledgeModel[Helper]", "une fonction n'est pas lue"),
    ]


def test_the_note_on_a_decision_without_a_table_names_its_logic_in_every_context() -> None:
    variable = '<dmn:variable id="_v4" name="Bonus" typeRef="boolean"/>'
    # The parts of a decision before its logic, by the schema of DMN 1.3.
    for part in ("description", "extensionElements", "question", "allowedAnswers", "supportedObjective"):
        (note, _) = from_dmn(
            KIE.replace(variable, f"<dmn:{part}/>{variable}"), names={"Years of service": "years"}
        ).notes
        assert "(literalExpression)" in note.wording.fr, part


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_a_model_that_is_read_is_written_and_read_back_equal(model: str) -> None:
    for name, table in from_dmn(model).items():
        assert from_dmn(to_dmn(table))[name] == table
        assert DecisionTable.from_json(table.to_json()) == table


def test_the_tables_are_a_mapping() -> None:
    read = from_dmn(CAMUNDA)
    assert isinstance(read, DmnTables)
    assert len(read) == 2
    assert read == dict(read)
    assert "canal" not in read


# Names


def test_names_are_made_identifiers_and_two_that_give_one_are_refused() -> None:
    inputs = asks("a b", "boolean") + asks("a-b", "boolean")
    text = document(inputs=inputs, rules=rule("-", "-", "true"), more=data("a b", "boolean") + data("a-b", "boolean"))
    ((path, expected),) = faults(text)
    assert path == "decision[allowed].input[1]"
    assert expected == "another name gives the same identifier; give one by names={name: identifier}"
    read = from_dmn(text, names={"a-b": "difference"})
    assert read.names == {"a b": "a_b", "a-b": "difference", "allowed": "allowed"}
    assert read["allowed"].inputs[1].label.fr == "l"


@pytest.mark.parametrize("name", ["class", "2nd", "a.b", "x", "été", "ﬁn"])
def test_an_input_expression_may_be_any_name(name: str) -> None:
    made = {"class": "class_", "2nd": "_2nd", "a.b": "a_b", "ﬁn": "fin"}.get(name, name)
    text = document(inputs=asks(name, "boolean"), rules=rule("-", "true"), more=data(name, "boolean"))
    assert from_dmn(text).names == {name: made, "allowed": "allowed"}


@pytest.mark.parametrize("made", ["a b", "class", "", "ﬁn"])
def test_a_name_may_only_be_given_an_identifier(made: str) -> None:
    with pytest.raises(FaultsError, match="a Python identifier is expected in names"):
        from_dmn(KIE, names={"Grade": made})


def test_a_mapped_name_without_input_is_a_fault() -> None:
    with pytest.raises(FaultsError, match="names: 'Years'; nothing has that name in the document"):
        from_dmn(KIE, names={"Years": "years"})


def test_an_expression_is_no_name() -> None:
    for expression in ["a + b", "not x", "true", "f(x)", "", "a.", "if a then b else c", "x" * 501, "1", '"a"']:
        text = document(inputs=asks(expression, "boolean"), rules=rule("-", "true"))
        assert [path for path, _ in faults(text)] == ["decision[allowed].input[0]"], expression


def test_two_columns_of_a_fact_are_one_fact_in_all_tables() -> None:
    second = '<decision name="second"><decisionTable>{}{}{}</decisionTable></decision></definitions>'.format(
        asks("kind", "string"), TEXTS, rule('"b"', '"yes"') + rule('not("b")', '"no"')
    )
    first = document(inputs=asks("kind", ""), output=TEXTS, rules=rule('"a"', '"x"') + rule('not("a")', '"y"'))
    read = from_dmn(first.replace("</definitions>", second))
    assert read["allowed"].inputs == read["second"].inputs
    assert read["second"].inputs[0].domain == OpenEnumeration.from_codes("kind", ["a", "b"])


# Types


def test_a_text_without_listed_values_is_an_open_enumeration() -> None:
    text = document(inputs=asks("kind", "string"), rules=rule('"a","b"', "true") + rule('not("a","b")', "false"))
    table = from_dmn(text)["allowed"]
    assert table.inputs[0].domain == OpenEnumeration.from_codes("kind", ["a", "b"])
    assert table.decide({"kind": "b"}).outcome is True
    for other in ("c", "any other", ""):
        assert table.decide({"kind": other}).outcome is False
    assert "any other value" in table.decide({"kind": "c"}).explain("en")
    assert table.decide({}).possible == {True, False}


@pytest.mark.parametrize(
    ("type_", "entries", "domain"),
    [
        ("xsd:string", ('"a"', 'not("a")'), OpenEnumeration.from_codes("x", ["a"])),
        ("feel:number", ("&lt; 1", "&gt;= 1"), Number()),
        ("double", ("&lt; 1", "&gt;= 1"), Number()),
        ("long", ("&lt; 1", "&gt;= 1"), Integer()),
        ("feel:Any", ("true", "false"), Boolean()),
        ("", ("1", "not(1)"), Number()),
        ("", ('"a", null', 'not("a", null)'), OpenEnumeration.from_codes("x", ["a"])),
    ],
)
def test_types_are_named_as_modelers_do_or_inferred_from_cells(type_: str, entries: Any, domain: Any) -> None:
    (input_,) = from_dmn(document(inputs=asks("x", type_), rules=rule(entries[0], "true") + rule(entries[1], "false")))[
        "allowed"
    ].inputs
    assert (input_.domain, input_.absent) == (domain, "null" in entries[0])


@pytest.mark.parametrize("type_", ["", "string", "Any", "tGrade"])
def test_a_type_is_inherited_from_the_input_data(type_: str) -> None:
    more = item("tGrade", "tLetter") + item("tLetter", "string", '"A","B"') + data("Grade", "tGrade")
    text = document(more=more, inputs=asks("Grade", type_), rules=rule('"A"', "true") + rule('"B"', "false"))
    (input_,) = from_dmn(text)["allowed"].inputs
    assert input_.domain == Enumeration("tLetter", ("A", "B"), (Wording("A", "A"), Wording("B", "B")))


def test_a_column_may_list_fewer_values_than_its_type_and_no_others() -> None:
    more = item("tGrade", "string", '"A","B","C"')
    text = document(more=more, inputs=asks("g", "tGrade", '"C","A"'), rules=rule('"A"', "true") + rule('"C"', "false"))
    assert from_dmn(text)["allowed"].inputs[0].domain == Enumeration(
        "g", ("C", "A"), (Wording("C", "C"), Wording("A", "A"))
    )
    assert the_faults(text.replace('"C","A"', '"D"'))[0] == (
        "decision[allowed].input[0]: 'D'; one of the values that its type allows is expected"
    )


def test_a_column_without_values_takes_those_of_another_column_of_the_fact() -> None:
    first = document(inputs=asks("k", "string"), rules=rule('"a"', "true") + rule('"b"', "false"))
    second = document(inputs=asks("k", "string", '"a","b"'), rules=rule("-", "true")).removeprefix(HEAD)
    both = first.replace("</definitions>", second.replace('id="D1" name="allowed"', 'name="other"'))
    assert from_dmn(both)["allowed"].inputs == from_dmn(both)["other"].inputs


def test_paths_into_structures_are_facts_of_the_type_of_the_component() -> None:
    with pytest.raises(FaultsError) as refused:
        from_dmn(TRISOTECH.replace("Order.kind", "Order.colour"))
    assert [fault.path for fault in refused.value.faults] == ["decision[Customer's answer].input[1]"]
    for path in ("Order", "Order.Total amount.cents"):
        with pytest.raises(FaultsError):
            from_dmn(TRISOTECH.replace("Order.kind", path))
    # Of a structure that the document does not declare nothing is known but what the cells say.
    text = document(inputs=asks("order.size", ""), rules=rule("&lt; 3", "true") + rule("&gt;= 3", "false"))
    assert from_dmn(text)["allowed"].inputs[0].domain == Number()
    untyped = text.replace("<decision ", '<inputData name="order"/><decision ')
    assert from_dmn(untyped).names["order.size"] == "order_size"


def test_the_component_of_a_component_has_its_type() -> None:
    inner = '<itemComponent name="b"><typeRef>number</typeRef><typeConstraint><text>[0..9]</text></typeConstraint>'
    structure = f'<itemDefinition name="tA"><itemComponent name="a">{inner}</itemComponent></itemComponent>'
    more = f"{structure}</itemDefinition>{item('tB', 'tA')}{data('x', 'tB')}"
    text = document(more=more, inputs=asks("x.a.b", ""), rules=rule("-", "true"))
    assert from_dmn(text)["allowed"].inputs[0].domain == Number(0, 9)


def test_types_that_are_not_read_are_refused_once() -> None:
    for more, type_, told in [
        (item("tL", "string", more='isCollection="true"'), "tL", "a value is expected, not a list"),
        ('<itemDefinition name="tS"><itemComponent name="a"/></itemDefinition>', "tS", "a simple type, no structure"),
        (item("tA", "tB") + item("tB", "tA"), "tA", "types that are defined by each other over 10 levels at most"),
        ("", "time", "a type that is read is expected: string, boolean, number or date"),
        (item("tD", "dateTime"), "tD", "a type that is read is expected: string, boolean, number or date"),
        ("", "Any", "a type is expected (typeRef), the entries tell none"),
    ]:
        for text in (
            document(more=more, inputs=asks("x", type_), rules=rule("-", "true")),
            document(more=more + data("x", type_), inputs=asks("x", ""), rules=rule("-", "true")),
        ):
            (fault,) = faults(text)
            assert fault == ("decision[allowed].input[0]", told), type_


def test_a_path_into_a_list_of_structures_is_refused() -> None:
    part = '<itemComponent name="a" isCollection="true"><typeRef>number</typeRef></itemComponent>'
    for more in ('isCollection="true"', ""):
        structure = f'<itemDefinition name="tA" {more}>{part}</itemDefinition>{data("x", "tA")}'
        text = document(more=structure, inputs=asks("x.a", ""), rules=rule("-", "true"))
        assert [path for path, _ in faults(text)] == ["decision[allowed].input[0]"]


def test_a_fact_of_two_types_is_refused() -> None:
    text = document(more=data("x", "number"), inputs=asks("x", "string"), rules=rule("-", "true"))
    assert [expected for _, expected in faults(text)] == [
        "its columns and its declaration have different types; give it one type"
    ]
    assert from_dmn(text.replace('typeRef="string"', 'typeRef="integer"'))["allowed"].inputs[0].domain == Number()


def test_an_enumeration_may_be_a_strenum_by_the_name_of_its_fact() -> None:
    class Kind(StrEnum):
        A = "a"

    text = document(inputs=asks("kind", "string", '"a"'), rules=rule('"a"', "true"))
    assert type(from_dmn(text, {"kind": Kind})["allowed"].inputs[0].domain.check("a")) is Kind
    with pytest.raises(FaultsError, match="'b'; one of a is expected"):
        from_dmn(text.replace('"a"', '"b"'), {"kind": Kind})


# Expressions


@pytest.mark.parametrize("part", ["inputEntry", "outputEntry"])
def test_a_bare_name_is_a_variable_which_is_refused(part: str) -> None:
    text = document(
        inputs=asks("kind", "string", '"a"'),
        output='<output typeRef="string"><outputValues><text>"a"</text></outputValues></output>',
        rules=rule('"a"', '"a"'),
    )
    ((path, expected),) = faults(text.replace(f'<{part}><text>"a"', f"<{part}><text>a"))
    assert path.startswith("decision[allowed].rule[0]")
    assert "a name without quotes is a variable, which is not read" in expected


@pytest.mark.parametrize(
    "language",
    ["https://www.omg.org/spec/DMN/20191111/FEEL/", "http://www.omg.org/spec/FEEL/20140401", "feel", "S-FEEL", ""],
)
def test_feel_by_any_of_its_names_is_read(language: str) -> None:
    text = document(inputs=asks("x", "boolean"), rules=rule("-", "true"), policy=f'expressionLanguage="{language}"')
    assert list(from_dmn(text.replace("<inputExpression", f'<inputExpression expressionLanguage="{language}"')))


@pytest.mark.parametrize("place", ["<definitions", "<decisionTable", "<inputExpression", "<inputEntry", "<outputEntry"])
def test_another_expression_language_is_refused_everywhere(place: str) -> None:
    text = document(inputs=asks("x", "boolean"), rules=rule("-", "true"))
    assert the_faults(text.replace(place, f'{place} expressionLanguage="juel"')) == [
        "decision[allowed].expressionLanguage: 'juel'; FEEL is expected; no other language is read"
    ]


# Outcomes


def test_unlisted_outcomes_are_those_of_the_rules_and_of_the_users() -> None:
    table = from_dmn(CAMUNDA.replace('<text>"long"</text>', '<text>"long","très long"</text>', 1))["Tranche"]
    assert isinstance(table.output, Enumeration)
    assert table.output.values == ("court", "long", "très long")


def test_the_type_of_an_outcome_and_of_a_fact_may_be_inferred_from_its_cells() -> None:
    for cell, type_ in (("1", "number"), ("false", "boolean"), ('date("2026-01-31")', "date"), ('"a"', "string")):
        rules = rule(cell, cell) + rule("-", cell)
        typed = document(
            inputs=asks("x", type_), output=f'<output typeRef="{type_}"/>', rules=rules, policy='hitPolicy="FIRST"'
        )
        untyped = document(inputs=asks("x", ""), output="<output/>", rules=rules, policy='hitPolicy="FIRST"')
        assert from_dmn(untyped)["allowed"] == from_dmn(typed)["allowed"]
    mixed = document(inputs=asks("x", "boolean"), output="<output/>", rules=rule("true", "1") + rule("false", "true"))
    assert faults(mixed) == [("decision[allowed].output", "a type is expected (typeRef), the entries tell none")]


@pytest.mark.parametrize("entry", ["", "-", "null", "x", "1 + 1", '"a" , "b"'])
def test_an_outcome_is_one_literal(entry: str) -> None:
    for policy in ("", 'hitPolicy="COLLECT" aggregation="COUNT"'):
        text = document(inputs=asks("x", "boolean"), output='<output typeRef="number"/>', rules=rule("-", entry))
        ((path, _),) = faults(text.replace("<decisionTable ", f"<decisionTable {policy}"))
        assert path == "decision[allowed].rule[0]"


def test_outcomes_of_any_type_are_counted() -> None:
    text = document(
        inputs=asks("x", "boolean"),
        output=TEXTS,
        rules=rule("true", '"a"') + rule("-", '"b"'),
        policy='hitPolicy="COLLECT" aggregation="COUNT"',
    )
    assert from_dmn(text)["allowed"].decide({"x": True}).outcome == 2
    assert from_dmn(text)["allowed"].decide({"x": False}).outcome == 1


def test_the_order_of_priority_is_that_of_the_type_where_the_outcome_lists_none() -> None:
    text = document(
        more=item("tAnswer", "string", '"no","yes"'),
        inputs=asks("x", "boolean"),
        output='<output typeRef="tAnswer"/>',
        rules=rule("-", '"yes"') + rule("true", '"no"'),
        policy='hitPolicy="PRIORITY"',
    )
    assert from_dmn(text)["allowed"].priority == ("no", "yes")

    numbers = '<output typeRef="number"><outputValues><text>1,3,2</text></outputValues></output>'
    rules = rule("-", "3") + rule("true", "1")
    text = document(inputs=asks("x", "boolean"), output=numbers, rules=rules, policy='hitPolicy="PRIORITY"')
    assert from_dmn(text)["allowed"].priority == (1, 3, 2)
    assert faults(text.replace("<text>3</text>", "<text>4</text>")) == [
        ("decision[allowed].rule[0]", "one of the listed values is expected")
    ]


@pytest.mark.parametrize(
    ("policy", "rules", "default", "outcome"),
    [
        ("UNIQUE", rule("1", "5") + rule("2", "6"), "7", 7),
        ("ANY", rule("1,2", "5") + rule("2", "5"), "7", 7),
        ("FIRST", rule("1", "5") + rule("-", "6"), "7", 6),
        ("FIRST", rule("1", "5"), "5", 5),
        ('COLLECT" aggregation="MAX', rule("1", "5") + rule("-", "6"), "5", 6),
        ('COLLECT" aggregation="MAX', rule("1", "5"), "0", 0),
        ('COLLECT" aggregation="MIN', rule("1", "5"), "9", 9),
    ],
)
def test_the_default_outcome_is_given_where_no_rule_fires(policy: str, rules: str, default: str, outcome: int) -> None:
    text = document(
        inputs=asks("x", "number"), output=output(default, type_="number"), rules=rules, policy=f'hitPolicy="{policy}"'
    )
    table = from_dmn(text)["allowed"]
    assert table.decide({"x": 0}).outcome == outcome
    assert table.decide({"x": 1}).outcome == (5 if "MAX" not in policy or "6" not in rules else 6)
    assert [row.id for row in table.rows][-1:] == ["default"]


def test_the_default_outcome_is_the_last_in_the_order_of_priority() -> None:
    text = document(
        inputs=asks("x", "number"),
        output=output('"c"', '"a","c","b"'),
        rules=rule("1,2", '"b"') + rule("2", '"a"'),
        policy='hitPolicy="PRIORITY"',
    )
    table = from_dmn(text)["allowed"]
    assert [table.decide({"x": x}).outcome for x in (1, 2, 3)] == ["b", "a", "c"]
    assert table.priority == ("a", "b", "c")


@pytest.mark.parametrize(
    ("policy", "default"),
    [
        ("PRIORITY", "1"),
        ('COLLECT" aggregation="MAX', "3"),
        ('COLLECT" aggregation="MIN', "0"),
        ('COLLECT" aggregation="SUM', "0"),
    ],
)
def test_a_default_outcome_that_wins_over_a_rule_is_refused(policy: str, default: str) -> None:
    rules = rule("1", "1") + rule("2", "2")
    text = document(
        inputs=asks("x", "number"),
        output=output(default, "1,2,3,0", type_="number"),
        rules=rules,
        policy=f'hitPolicy="{policy}"',
    )
    assert [path for path, _ in faults(text)] == ["decision[allowed].defaultOutputEntry"]
    assert "defaultOutputEntry" in the_faults(text.replace(f"<text>{default}</text></d", "<text>x</text></d"))[0]


def test_overlapping_rules_are_refused_under_unique_with_a_default() -> None:
    text = document(
        inputs=asks("x", "number"), output=output("7", type_="number"), rules=rule("1", "5") + rule("1", "6")
    )
    assert faults(text) == [
        ("decision[allowed]", "several rows fire together in 1 cell; narrow the rows or choose another hit policy")
    ]
    assert [row.id for row in from_dmn(text, validate=False)["allowed"].rows][-1] == "default"


def test_a_default_outcome_that_is_never_given_is_left_out() -> None:
    rules = rule("&lt; 1", "5") + rule("&gt;= 1", "6")
    read = from_dmn(document(inputs=asks("x", "number"), output=output("7", type_="number"), rules=rules))
    assert read["allowed"].hit_policy is HitPolicy.UNIQUE
    assert (len(read["allowed"].rows), read.notes) == (2, ())


def test_a_row_is_called_default_once() -> None:
    text = document(inputs=asks("x", "number"), output=output("7", type_="number"), rules=rule("1", "5"))
    labelled = text.replace("<rule ", '<rule label="default" ')
    assert [row.id for row in from_dmn(labelled)["allowed"].rows] == ["default", "default*"]


def test_labels_that_several_rules_have_get_their_numbers() -> None:
    rules = "".join(
        rule(entry, "true").replace("<rule ", f'<rule label="{label}" ')
        for entry, label in (("1", "a"), ("2", "a (3)"), ("3", "a"), ("4", ""), ("not(1,2,3,4)", "b"))
    )
    text = document(inputs=asks("x", "number"), rules=rules.replace('id="', 'key="'))
    assert [row.id for row in from_dmn(text)["allowed"].rows] == ["a (1)", "a (3)", "a (3)*", "4", "b"]


def test_an_output_missing_in_the_structure_has_the_type_of_its_entries() -> None:
    component = '<itemComponent name="b"><typeRef>number</typeRef></itemComponent>'
    structure = f'<itemDefinition name="tS">{component}</itemDefinition>'
    rules = rule("-", "1").replace("</rule>", "<outputEntry><text>2</text></outputEntry></rule>")
    outputs = '<output name="a"/><output name="b"/>'
    text = document(more=structure, inputs=asks("x", "boolean"), output=outputs, rules=rules, policy='hitPolicy="ANY"')
    typed = text.replace("<decisionTable", '<variable name="allowed" typeRef="tS"/><decisionTable', 1)
    assert [table.outcomes for table in from_dmn(typed).values()] == [(1,), (2,)]


def test_several_outcomes_are_not_read_under_an_aggregation_or_one_name() -> None:
    outputs = '<output name="a" typeRef="number"/><output name="b" typeRef="number"/>'
    rules = rule("-", "1").replace("</rule>", "<outputEntry><text>2</text></outputEntry></rule>")
    text = document(inputs=asks("x", "boolean"), output=outputs, rules=rules, policy='hitPolicy="ANY"')
    assert [table.outcomes for table in from_dmn(text).values()] == [(1,), (2,)]
    message = "one outcome is expected under MIN, MAX, SUM or COUNT; otherwise each has its name"
    for old, new in (('"ANY"', '"COLLECT" aggregation="MAX"'), ('name="b"', 'name="a"')):
        assert ("decision[allowed].output", message) in faults(text.replace(old, new))
    assert "decision[allowed].output" in dict(faults(document(inputs=asks("x", "boolean"), output="", rules="")))


def listed(policy: str, rules: str, *, output: str = '<output typeRef="string"/>', more: str = "") -> DmnListTable:
    text = document(inputs=asks("x", "string"), output=output, rules=rules, policy=f'hitPolicy="{policy}"', more=more)
    return from_dmn(text).lists["allowed"]


def test_a_list_of_no_rule_is_empty_or_has_the_default_outcome() -> None:
    rules = rule('"a"', '"un"') + rule('"a","b"', '"deux"')
    for output, default in (('<output typeRef="string"/>', ()), (OUTPUT_WITH_DEFAULT, ("trois",))):
        table = listed("RULE ORDER", rules, output=output)
        assert [table.decide({"x": x}).outcome for x in ("a", "b", "c")] == [("un", "deux"), ("deux",), default]
    assert (table.name, table.title.fr, [one.name for one in table.base]) == ("allowed", "allowed", ["x"])
    unknown = table.decide({})
    assert (unknown.outcome, unknown.rows, len(unknown.may_fire)) == (None, (), 2)


def test_an_item_of_a_list_may_be_an_input_as_it_was_given() -> None:
    table = listed("COLLECT", rule("-", "x") + rule('"a"', '"un"'))
    assert table.decide({"x": "autre"}).outcome == ("autre",)
    assert table.decide(SimpleNamespace(x="a")).outcome == ("a", "un")
    assert table.decide({}).outcome is None


def test_a_type_that_is_a_list_is_that_of_the_items_of_a_list() -> None:
    of_items = '<itemDefinition name="tL" isCollection="true"><typeRef>string</typeRef></itemDefinition>'
    table = listed("COLLECT", rule("-", '"un"'), output='<output typeRef="tL"/>', more=of_items)
    assert table.decide({"x": "a"}).outcome == ("un",)
    text = document(inputs=asks("x", "string"), output='<output typeRef="tL"/>', rules=rule("-", '"un"'), more=of_items)
    assert "expected, not a list" in str(the_faults(text))


def test_an_order_of_outputs_without_a_list_of_values_is_refused() -> None:
    for policy in ("OUTPUT ORDER", "PRIORITY"):
        outputs = '<output name="n" typeRef="number"/><output name="m" typeRef="number"/>'
        two = rule("-", "1").replace("</rule>", "<outputEntry><text>2</text></outputEntry></rule>")
        text = document(inputs=asks("x", "string"), output=outputs, rules=two, policy=f'hitPolicy="{policy}"')
        assert ("decision[allowed].outputValues", "a list of values in order of priority is expected") in faults(text)


@pytest.mark.parametrize(("policy", "reason"), [("COLLECT", "is a list"), ("FIRST", "has no outcome for some facts")])
def test_a_decision_that_is_a_list_or_has_gaps_is_no_input_of_another(policy: str, reason: str) -> None:
    need = '<informationRequirement><requiredDecision href="#_d1"/></informationRequirement>'
    table = f'<decisionTable hitPolicy="{policy}">{asks("x", "string")}<output typeRef="string"/>'
    first = f'<decision id="_d1" name="first">{table}{rule(chr(34) + "a" + chr(34), chr(34) + "un" + chr(34))}'
    text = document(
        inputs=asks("first", "string"), rules=rule('"un"', "true"), more=f"{first}</decisionTable></decision>"
    )
    assert reason in str(the_faults(text.replace('name="allowed">', f'name="allowed">{need}', 1)))


def compared(cells: tuple[str, ...], type_: str = "time", policy: str = "UNIQUE") -> str:
    facts = data("x", type_) + data("v", type_)
    rules = "".join(rule(cell, f'"{number}"') for number, cell in enumerate(cells))
    return document(
        inputs=asks("x", type_),
        output='<output typeRef="string"/>',
        rules=rules,
        policy=f'hitPolicy="{policy}"',
        more=facts,
    )


def test_times_are_compared_with_variables_and_their_rules_are_proved() -> None:
    tables = from_dmn(compared(("v", "&gt;v", "&lt;v")))
    (one,) = tables.comparisons
    assert (one.name, one.fact, one.other, one.is_ordered) == ("x_compared_with_v", "x", "v", True)
    assert (one.input.label.fr, tables.notes) == ("x par rapport à v", ())
    noon, later = time(12), time(13)
    outcomes = [tables["allowed"].decide(tables.complete({"x": x, "v": noon})).outcome for x in (noon, later, time(9))]
    assert outcomes == ["0", "1", "2"]
    for missing in ({"x": noon}, {"x": noon, "v": None}, {"v": noon}):
        assert tables["allowed"].decide(tables.complete(missing)).outcome is None
    with pytest.raises(TypeError):
        tables.complete({"x": noon, "v": 3})
    assert "rows" in str(the_faults(compared(("&gt;=v", "&lt;=v"))))


@pytest.mark.parametrize("other", ["not(v)", "-", ""])
def test_values_without_an_order_are_equal_or_different(other: str) -> None:
    tables = from_dmn(compared(("v", other), "string", "FIRST"))
    complete, table = tables.complete, tables["allowed"]
    assert [table.decide(complete({"x": x, "v": "a"})).outcome for x in ("a", "b")] == ["0", "1"]
    assert ([one.name for one in table.inputs], tables.notes) == (["x_compared_with_v"], ())


@pytest.mark.parametrize("cell", ["u", "v, 3", "v + 1", "[v..v]", "[1..v]", "not(v, 3)"])
def test_another_expression_with_a_variable_is_refused(cell: str) -> None:
    assert "variable" in str(the_faults(compared((cell, "-"), "number", "FIRST")))


def test_a_literal_of_a_time_and_a_variable_that_is_a_list_are_refused() -> None:
    assert "a type that is read is expected" in str(the_faults(compared(('time("12:00:00")', "-"), policy="FIRST")))
    of_lists = '<itemDefinition name="tL" isCollection="true"><typeRef>string</typeRef></itemDefinition>'
    text = compared(("v", "-"), "string", "FIRST").replace('name="v" typeRef="string"', 'name="v" typeRef="tL"')
    assert "variable" in str(the_faults(text.replace("<inputData", f"{of_lists}<inputData", 1)))


def test_one_of_several_outcomes_is_used_by_its_path() -> None:
    need = '<informationRequirement><requiredDecision href="#_d1"/></informationRequirement>'
    rules = rule('"accepted"', "true") + rule('"refused"', "false")
    asking = (
        f'<decision name="top">{need}<decisionTable>{asks("Customer&apos;s answer.Status", "string")}'
        f'<output typeRef="boolean"/>{rules}</decisionTable></decision>'
    )
    space = '<decision xmlns="https://www.omg.org/spec/DMN/20211108/MODEL/" '
    text = TRISOTECH.replace("<semantic:inputData", f"{asking.replace('<decision ', space)}<semantic:inputData", 1)

    top = from_dmn(text)["top"]
    assert top.inputs[0].source is not None
    assert top.decide({"Order_Total_amount": 500, "Order_kind": "goods"}).outcome is False
    for wrong in ("Customer&apos;s answer", "Customer&apos;s answer.Colour"):
        assert "decision[top].input[0]" in dict(faults(text.replace("Customer&apos;s answer.Status", wrong)))


# Which decisions ask for which


def two(first: str, asked: str, *, need: str = "#D1", rules: str = "") -> str:
    """A decision `allowed` and one that requires it."""
    required = f'<informationRequirement><requiredDecision href="{need}"/></informationRequirement>' if need else ""
    asking = (
        f'<decision id="D2" name="top">{required}<decisionTable>{asks(asked, "")}<output typeRef="boolean"/>'
        f"{rules or rule('-', 'true')}</decisionTable></decision></definitions>"
    )
    return first.replace("</definitions>", asking)


ALLOWED = document(inputs=asks("x", "boolean"), rules=rule("-", "true"))


@pytest.mark.parametrize("need", ["#D1", "n#D1"])
@pytest.mark.parametrize("asked", ["allowed", "D1", "may", "niveau"])
def test_a_decision_is_used_by_its_name_its_variable_or_its_id(asked: str, need: str) -> None:
    named = ALLOWED.replace("<output ", '<output name="may" ')
    text = two(named.replace("<decisionTable", '<variable name="niveau"/><decisionTable', 1), asked, need=need)
    assert from_dmn(text)["top"].inputs[0].source == from_dmn(text)["allowed"]


def test_a_decision_of_another_document_or_not_required_is_a_fault() -> None:
    assert ("decision[top].informationRequirement", "no decision has that id") in faults(
        two(ALLOWED, "allowed", need="other#D1")
    )
    assert faults(two(ALLOWED, "allowed", need="")) == [
        ("decision[top].input[0]", "it is the name of a decision that is not required; add the informationRequirement")
    ]


def test_a_required_decision_that_is_not_used_is_a_note_if_names_are_declared() -> None:
    text = two(ALLOWED, "y", rules=rule("true,false", "true"))
    assert [path for path, _ in faults(text)] == ["decision[top].informationRequirement"]
    read = from_dmn(text.replace("<decision ", f"{data('y', 'boolean')}<decision ", 1))
    assert [str(note) for note in read.notes] == ["decision[top]: D1 is required and not used"]


def test_some_decisions_are_read_with_those_that_they_ask_for() -> None:
    wrong = document(inputs=asks("x", "time"), rules=rule("-", "true")).removeprefix(HEAD)
    text = two(ALLOWED, "allowed").replace("</definitions>", wrong.replace('id="D1" name="allowed"', 'name="odd"'))
    assert [path for path, _ in faults(text)] == ["decision[odd].input[0]"]
    assert list(from_dmn(text, decisions=["top"])) == ["allowed", "top"]
    assert list(from_dmn(text, decisions=["allowed"])) == ["allowed"]
    with pytest.raises(FaultsError, match="decisions: 'bottom'; no decision has that name"):
        from_dmn(text, decisions=["bottom", "allowed"])
    with pytest.raises(FaultsError, match="no decision has that id"):
        from_dmn(two(ALLOWED, "allowed", need="#D7"), decisions=["top"])


def test_a_cycle_of_decisions_is_a_fault_and_decisions_above_are_left_out() -> None:
    asks_it = two(ALLOWED, "allowed").replace(
        'name="allowed">',
        'name="allowed"><informationRequirement><requiredDecision href="#D2"/></informationRequirement>',
    )
    text = two(asks_it.replace(">x<", ">top<"), "top", need="#D2").replace(
        'id="D2" name="top"><', 'id="D2" name="top"><', 1
    )
    third = text.rfind('id="D2" name="top"')
    text = text[:third] + 'id="D3" name="above"' + text[third + len('id="D2" name="top"') :]

    assert sorted(faults(text)) == [
        ("decision[allowed]", "this decision asks for itself"),
        ("decision[top]", "this decision asks for itself"),
    ]


def test_a_chain_of_many_decisions_is_refused_with_one_fault() -> None:
    first = ALLOWED.removeprefix(HEAD).replace("</definitions>", "")
    decisions = [first.replace('id="D1" name="allowed"', 'id="d0" name="d0"')]
    decisions += [
        two("</definitions>", f"d{place - 1}", need=f"#d{place - 1}")
        .replace("</definitions>", "")
        .replace('id="D2" name="top"', f'id="d{place}" name="d{place}"')
        for place in range(1, 1_200)
    ]
    assert [path for path, _ in faults(f"{HEAD}{''.join(decisions)}</definitions>")] == ["decision[d50]"]


def test_a_table_with_gaps_can_be_studied_and_valid_ones_be_sources() -> None:
    text = two(ALLOWED, "allowed", rules=rule("true", "true"))
    text = text.replace(
        "<text>-</text></inputEntry><outputEntry><text>true", "<text>-</text></inputEntry><outputEntry><text>false"
    )
    read = from_dmn(text, validate=False)
    assert (read["allowed"].validate, read["top"].validate) == (True, False)
    assert [finding.is_error for finding in read["top"].check()][:1] == [True]
    with pytest.raises(FaultsError, match="its table was not proved"):
        from_dmn(two(document(inputs=asks("x", "boolean"), rules=rule("true", "true")), "allowed"), validate=False)


def test_tables_that_are_too_large_together_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reclamation_core.tables.dmn.reading.MOST_BITS", 1)
    assert [path for path, _ in faults(two(ALLOWED, "allowed"))] == ["decision[top]"]


def test_a_table_of_too_many_rules_is_refused_before_they_are_read() -> None:
    text = document(inputs=asks("x", "boolean"), rules=rule("?", "?") * 5_001)
    assert faults(text) == [("decision[allowed]", "at most 5000 rules and 50 outcomes are expected")]
    outputs = "".join(f'<output name="o{place}"/>' for place in range(51))
    wide = document(inputs=asks("x", "boolean"), output=outputs, rules=rule("-", "true"))
    assert faults(wide) == [("decision[allowed]", "at most 5000 rules and 50 outcomes are expected")]


def test_a_name_that_is_blank_is_the_id() -> None:
    assert list(from_dmn(ALLOWED.replace('id="D1" name="allowed"', 'id="D1" name=" "'))) == ["D1"]


def test_a_wrong_kind_in_an_extension_is_a_fault() -> None:
    table: DecisionTable[Any] = DecisionTable("t", [Input("x", Integer())], Integer(), [Row("r", {}, 1)])
    assert [expected for _, expected in faults(to_dmn(table).replace('kind="integer"', 'kind="whole"'))] == [
        "a known kind is expected: integer"
    ] * 2
    for wrong in ('typeRef="tN">', ">"):
        assert [path for path, _ in faults(to_dmn(table).replace('typeRef="number">', wrong, 1))] == [
            "decision[t].input[0]"
        ]


# Open enumerations


def test_an_open_enumeration_takes_any_text_and_no_row_names_the_rest() -> None:
    domain = OpenEnumeration.from_codes("Colour", ["red", "any other"])
    assert domain.other == "any other*"
    assert [domain.check(text) for text in ("red", "any other", "blue")] == ["red", "any other", "any other*"]
    assert domain.expected == Wording("un texte (red, any other ou autre)", "a text (red, any other or other)")
    with pytest.raises(ValueError, match=r"5 is refused; a text \(red, any other or other\) is expected"):
        domain.check(5)
    for named in ("blue", "any other*"):
        with pytest.raises(ValueError, match=f"'{named.replace('*', '.')}' is not told from any other text"):
            DecisionTable("t", [Input("x", domain)], Boolean(), [Row("r", {"x": named}, True)])
    with pytest.raises(ValueError, match="cannot be any text; use an Enumeration of the outcomes"):
        DecisionTable("t", [Input("x", Boolean())], domain, [Row("r", {}, "red")])


def test_tables_that_distinguish_different_texts_are_compared() -> None:
    tables: list[DecisionTable[Any]] = [
        DecisionTable(
            "t",
            [Input("x", OpenEnumeration.from_codes("x", [*codes]), absent=True)],
            Boolean(),
            [
                Row("r", {"x": list(codes)}, True),
                Row("s", {"x": is_not(*codes)}, False),
                Row("n", {"x": ABSENT}, False),
            ],
        )
        for codes in ("ab", "ac", "ba")
    ]

    assert not tables[0].diff(tables[2])
    difference = tables[0].diff(tables[1])
    assert {(change.before, change.after) for change in difference.changes} == {(True, False), (False, True)}
    assert {change.witness["x"] for change in difference.changes} == {"b", "c"}


def test_long_enumerations_are_abbreviated() -> None:
    for count, more in ((30, ""), (31, ", …")):
        codes = tuple(f"c{place}" for place in range(count))
        domain = Enumeration("Codes", codes, tuple(Wording(code, code) for code in codes))
        assert domain.expected.en == f"one of {', '.join(codes[:30])}{more}"
