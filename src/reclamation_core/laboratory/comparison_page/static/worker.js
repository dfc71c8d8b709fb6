// The Python of the page, in a thread of its own: starts Pyodide from this folder, and passes requests to `bridge.py`.
"use strict";

const here = new URL("./", import.meta.url);
const download = self.fetch.bind(self);

/** Return a file of the folder, which is compressed there, also from a server that decompresses files of that name. */
async function inflated(name) {
  const response = await download(new URL(`${name}.gz`, here));
  if (!response.ok) throw new Error(`${name}.gz: HTTP ${response.status}`);
  const packed = await response.arrayBuffer();
  const [first, second] = new Uint8Array(packed, 0, Math.min(2, packed.byteLength));
  if (first !== 0x1f || second !== 0x8b) return packed;
  return new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}

// Pyodide asks for its WebAssembly by its usual name; the folder has it compressed.
self.fetch = async (address, options) => {
  const name = String(address instanceof Request ? address.url : address).split("/").pop();
  if (name !== "pyodide.asm.wasm") return download(address, options);
  return new Response(await inflated(`pyodide/${name}`), { headers: { "Content-Type": "application/wasm" } });
};

/** Write the files of a tar archive into the current folder of Python, which is in its search path. */
function unpack(system, archive) {
  const text = (from, length) => new TextDecoder().decode(archive.subarray(from, from + length)).replace(/\0.*/, "");
  for (let at = 0; archive[at]; ) {
    const size = parseInt(text(at + 124, 12), 8);
    const prefix = text(at + 345, 155);
    const name = prefix ? `${prefix}/${text(at, 100)}` : text(at, 100);
    if (name.includes("/")) system.mkdirTree(name.slice(0, name.lastIndexOf("/")));
    system.writeFile(name, archive.subarray(at + 512, at + 512 + size), { canOwn: true });
    at += 512 + Math.ceil(size / 512) * 512;
  }
}

async function start(language) {
  const packages = inflated("packages.tar");
  const { loadPyodide } = await import(new URL("pyodide/pyodide.mjs", here));
  const python = await loadPyodide({ indexURL: new URL("pyodide/", here).href });
  unpack(python.FS, new Uint8Array(await packages));
  const bridge = python.pyimport("reclamation_core.laboratory.comparison_page.bridge");
  const page = bridge.Bridge(language, (done, total) => self.postMessage({ kind: "progress", done, total }));
  return (fields, files) => {
    const answer = page.respond(python.toPy(fields), python.toPy(files));
    try {
      return answer.toJs({ dict_converter: Object.fromEntries });
    } finally {
      answer.destroy();
    }
  };
}

let starting;

self.onmessage = async ({ data }) => {
  try {
    if (data.kind === "start") {
      starting = start(data.language);
      await starting;
      self.postMessage({ kind: "ready" });
    } else {
      const respond = await starting;
      self.postMessage({ kind: "answer", answer: respond(data.fields, data.files) });
    }
  } catch (error) {
    self.postMessage({ kind: "failed", reason: String(error.message ?? error).trim().split("\n").pop() });
  }
};
