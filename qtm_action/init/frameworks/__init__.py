"""The table of frameworks: the one source of ``docs/frameworks.md`` and of what ``init`` recognises.

Of two frameworks that write to the same place the first in the table is taken, unless only the other one's
build file is there.
"""

from qtm_action.init.frameworks import dotnet, javascript, jvm, native, others, python, scripting
from qtm_action.init.frameworks.model import BuildFile, Framework

__all__ = ["FRAMEWORKS", "BuildFile", "Framework"]

FRAMEWORKS: tuple[Framework, ...] = (
    *jvm.FRAMEWORKS,
    *javascript.FRAMEWORKS,
    *python.FRAMEWORKS,
    *dotnet.FRAMEWORKS,
    *scripting.FRAMEWORKS,
    *native.FRAMEWORKS,
    *others.FRAMEWORKS,
)
