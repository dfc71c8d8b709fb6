"""Django: a reusable application with the schema, desks in the host's transaction, admin, the board and commands.

Add `"reclamation_core.integrations.django"` to `INSTALLED_APPS`, run `migrate`, and include
`reclamation_core.integrations.django.urls`. The setting `RECLAMATION` has the options, all of them optional:

- `SITES`: the path of a file of sites, or `Sites`;
- `POLICY`: the path of a policy file, a `Policy` or a `PolicyBook`; M2-1 by default;
- `TAXONOMY`: a `Taxonomy`; `TRAINING_BODY` by default;
- `DOCUMENTS`: the folder of the documents of cases, the address of a file system of fsspec, or a `DocumentStore`;
- `SCAN_DOCUMENT`: a function that reads each document first, and returns the name of what is wrong with it;
- `LARGEST_UPLOAD`: the most bytes of a form with files; 100 million by default;
- `DATABASE`: the alias of the database; `default` by default;
- `LETTERS`: the path of a file of settings of letters, or `LetterSettings`;
- `TEXT_BLOCKS`: the path of a file of text blocks of answers, or a list of `TextBlock`;
- `ROLES`: a function that returns the roles of a user, or its dotted path; those of the memberships by default;
- `AGENCY`, `TITLE`: the name of the agency and the title of the pages;
- `LANG`: the language of the pages, "fr" or "en"; by default that of the request;
- `SIGNING_KEY`: the path of the private key that signs audit files, or its bytes;
- `CALENDAR_DOMAIN`: the domain of the identifiers of calendar entries.

The middleware `ReclamationErrorMiddleware` answers the errors of the library that views raise.
"""
