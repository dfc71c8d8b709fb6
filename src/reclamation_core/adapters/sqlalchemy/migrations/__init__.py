"""What leads from one version of the schema to the next, oldest first; shipped with the package.

Each version is given its operations as `upgrade(op)`: Alembic's own `alembic.op` is one for the whole process, and a
thread, a task or an application that is migrating too would take it away.
"""
