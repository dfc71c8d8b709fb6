// The Python of the page, in a thread of its own: starts Pyodide from this folder, and passes requests to `bridge.py`.
"use strict";

const here = new URL("./", import.meta.url);
const download = self.fetch.bind(self);

/** Return the bytes of a file of the folder. */
async function content(name) {
  const response = await download(new URL(name, here));
  if (!response.ok) throw new Error(`${name}: HTTP ${response.status}`);
  return response.arrayBuffer();
}

/** Return what is in gzip, or the bytes as they are from a server that decompresses files of that name. */
async function inflated(packed) {
  const [first, second] = new Uint8Array(packed, 0, Math.min(2, packed.byteLength));
  if (first !== 0x1f || second !== 0x8b) return packed;
  return new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}

// Pyodide asks for its WebAssembly by its usual name; the folder has it compressed.
self.fetch = async (address, options) => {
  const name = String(address instanceof Request ? address.url : address).split("/").pop();
  if (name !== "pyodide.asm.wasm") return download(address, options);
  return new Response(await inflated(await content(`pyodide/${name}.gz`)), { headers: { "Content-Type": "application/wasm" } });
};

// The memory of Python once all is imported, before the first file of a person: later visits start from it. The browser
// stores it for this site alone, if it can: only with HTTPS, or on the same machine.
const MEMORIES = `reclamation_core ${here.pathname}`;

/** Return the place of the memory for these packages, and the memory; null for none. */
async function stored(packages) {
  try {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", packages));
    const key = new URL(`memory-${Array.from(digest, (one) => one.toString(16).padStart(2, "0")).join("")}`, here);
    const store = await caches.open(MEMORIES);
    const found = await store.match(key);
    return { store, key, memory: found ? new Uint8Array(await found.arrayBuffer()) : null };
  } catch { // no storage in this browser, or not for this address
    return { store: null, key: null, memory: null };
  }
}

/** Store a memory in place of those of other packages. */
async function keep({ store, key }, memory) {
  try {
    for (const old of await store.keys()) await store.delete(old);
    await store.put(key, new Response(memory));
  } catch { /* too little space: the next visit starts as this one did */ }
}

/** Write the files of a tar archive into the current folder of Python, which is in its search path. */
function unpack(system, archive) {
  const decoder = new TextDecoder();
  const text = (from, length) => decoder.decode(archive.subarray(from, from + length)).replace(/\0.*/, "");
  const folders = new Set([""]);
  for (let at = 0; archive[at]; ) {
    const size = parseInt(text(at + 124, 12), 8);
    const prefix = text(at + 345, 155);
    const name = prefix ? `${prefix}/${text(at, 100)}` : text(at, 100);
    const folder = name.slice(0, Math.max(0, name.lastIndexOf("/")));
    if (!folders.has(folder)) system.mkdirTree(folder);
    folders.add(folder);
    system.writeFile(name, archive.subarray(at + 512, at + 512 + size), { canOwn: true });
    at += 512 + Math.ceil(size / 512) * 512;
  }
}

/** Have the next WebAssembly start with so much memory; Pyodide restores a memory without making room for it. */
function growAtStart(size) {
  const instantiate = WebAssembly.instantiateStreaming;
  WebAssembly.instantiateStreaming = async (...from) => {
    WebAssembly.instantiateStreaming = instantiate;
    const made = await instantiate.apply(WebAssembly, from);
    const { memory } = made.instance.exports;
    memory.grow(Math.max(0, Math.ceil((size - memory.buffer.byteLength) / 65536)));
    return made;
  };
}

/** Start Python with the files of an archive, from a memory or anew. */
async function started(archive, memory) {
  const { loadPyodide } = await import(new URL("pyodide/pyodide.mjs", here));
  const options = memory ? { _loadSnapshot: memory } : { _makeSnapshot: true };
  if (memory) growAtStart(memory.length);
  const python = await loadPyodide({ indexURL: new URL("pyodide/", here).href, ...options });
  unpack(python.FS, new Uint8Array(await archive));
  return python;
}

async function start(language) {
  const packages = await content("packages.tar.gz");
  const archive = inflated(packages);
  const place = await stored(packages);
  let python;
  try {
    python = await started(archive, place.memory);
  } catch (error) {
    if (!place.memory) throw error;
    place.memory = null; // it cannot be restored
    python = await started(archive, null);
  }
  if (place.store && !place.memory) {
    python.runPython("from reclamation_core.laboratory.comparison_page.bridge import prepare; prepare()");
    keep(place, python.makeMemorySnapshot());
  }
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
