// Compiles the Python files that the page loads until its first results to the bytecode of Pyodide: node compile.mjs PYODIDE FOLDER.
// FOLDER has `stdlib` and `packages`; each of these files becomes FILE.pyc in place of FILE.py.
import { pathToFileURL } from "node:url";

const [pyodide, folder] = process.argv.slice(2);
const { loadPyodide } = await import(new URL("pyodide.mjs", pathToFileURL(`${pyodide}/`)));
const python = await loadPyodide({ indexURL: pyodide, env: { PYTHONHASHSEED: "0" } });
python.FS.mkdirTree("/files");
python.FS.mount(python.FS.filesystems.NODEFS, { root: folder }, "/files");
python.runPython(`
import sys
from pathlib import Path
from py_compile import PycInvalidationMode, compile

sys.path.insert(0, "/files/packages")
sys.dont_write_bytecode = True
from reclamation_core.laboratory.comparison_page.bridge import prepare

prepare()

archive = next(place for place in sys.path if place.endswith(".zip"))
files = [str(module.__file__) for module in list(sys.modules.values()) if getattr(module, "__file__", None)]
for path in sorted(Path(file.replace(archive, "/files/stdlib")) for file in files):
    if path.suffix == ".py" and path.is_relative_to("/files") and path.exists():  # frozen modules have no file
        options = {"optimize": 2, "invalidation_mode": PycInvalidationMode.UNCHECKED_HASH}
        compile(str(path), str(path.with_suffix(".pyc")), path.relative_to("/files").as_posix(), doraise=True, **options)
        path.unlink()
`);
