"""Django: a reusable application with the schema, desks in the host's transaction, admin, the board and commands.

Add `"reclamation_core.integrations.django"` to `INSTALLED_APPS`, run `migrate`, and include
`reclamation_core.integrations.django.urls`. The setting `RECLAMATION` has the options, all of them optional:

- `SITES`: the path of a file of sites, or `Sites`;
- `POLICY`: the path of a policy file, a `Policy` or a `PolicyBook`; M2-1 by default;
- `TAXONOMY`: a `Taxonomy`; `TRAINING_BODY` by default;
- `DATABASE`: the alias of the database; `default` by default.
"""
