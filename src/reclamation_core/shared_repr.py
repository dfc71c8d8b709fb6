"""One `__repr__` for the attrs classes of the package. Internal."""

from __future__ import annotations

from reprlib import recursive_repr

import attrs


class SharedRepr:
    """Base of the attrs classes, with the text that attrs would write for `repr`.

    attrs compiles a `__repr__` for each class that has none of its own, which takes a tenth of the start of a desk.
    """

    __slots__ = ()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "__repr__" not in vars(cls):
            cls.__repr__ = SharedRepr.__repr__  # type: ignore[method-assign]

    @recursive_repr()
    def __repr__(self) -> str:
        """Return the name of the class with its fields, without those that are declared with `repr=False`."""
        cls = type(self)
        if not attrs.has(cls):
            return super().__repr__()
        fields = (
            f"{field.name}={(repr if field.repr is True else field.repr)(getattr(self, field.name, attrs.NOTHING))}"
            for field in attrs.fields(cls)
            if field.repr is not False
        )
        return f"{cls.__qualname__.rsplit('>.', 1)[-1]}({', '.join(fields)})"
