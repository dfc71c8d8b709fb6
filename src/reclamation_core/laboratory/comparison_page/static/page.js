// The glue of the page: hands forms and files to the worker, and shows the HTML that comes back. Every text is the document's.
"use strict";

const base = new URL("./", document.currentScript.src);
const states = ["loading", "ready", "working", "stopped", "failed", "unsupported"];
const byId = (id) => document.getElementById(id);
const files = new Map(); // the files that were chosen last, by the name of their input
let worker = null;
let pending = null; // the request that is being answered
let isReady = false;
let resume = {}; // the fields that a new worker needs in front of the next request's
let isNew = true;

/** Show one of the texts of the state; `reason` is the browser's own words. */
function show(state, reason = "") {
  for (const one of states) byId(`engine-${one}`).hidden = one !== state;
  const place = byId(`engine-${state}`).querySelector("[data-reason]");
  if (place) place.textContent = reason;
  for (const id of ["engine-progress", "engine-stop"]) byId(id).hidden = pending === null;
  document.documentElement.dataset.state = state;
}

function progress(done, total) {
  const bar = byId("engine-progress");
  bar.max = total || 1;
  if (total) bar.value = done;
  else bar.removeAttribute("value");
}

/** Start a worker; the one before is ended with all that it holds. */
function restart(state, reason) {
  worker?.terminate();
  isReady = false;
  isNew = true;
  pending = null;
  show(state, reason);
  // A worker made of a Blob is held to the content security policy of the document; one of an address is not.
  const source = `import ${JSON.stringify(new URL("worker.js", base).href)};`;
  const mine = new Worker(URL.createObjectURL(new Blob([source], { type: "text/javascript" })), { type: "module" });
  mine.onmessage = ({ data }) => mine === worker && receive(data);
  mine.onerror = (event) => {
    event.preventDefault();
    if (mine === worker) fail(event.message ?? "");
  };
  mine.postMessage({ kind: "start", language: document.documentElement.lang });
  worker = mine;
}

/** Show why the worker failed; one that had started is replaced, one that could not start is tried again at the next request. */
function fail(reason) {
  if (isReady) {
    restart("failed", reason);
  } else {
    worker.terminate();
    worker = null;
    pending = null;
    show("failed", reason);
  }
}

function receive(message) {
  if (message.kind === "progress") {
    progress(message.done, message.total);
  } else if (message.kind === "ready") {
    isReady = true;
    if (pending) send();
    else if (!byId("engine-loading").hidden) show("ready");
  } else if (message.kind === "answer") {
    pending = null;
    isNew = false;
    resume = message.answer.resume;
    show("ready");
    display(message.answer);
  } else {
    fail(message.reason);
  }
}

function display({ html, target, focus, title, download, language }) {
  if (html) {
    const place = byId(target);
    place.innerHTML = html;
    for (const input of place.querySelectorAll("input[type=file]")) give(input, files.get(input.name) ?? []);
  }
  if (language) document.documentElement.lang = language;
  if (title) document.title = title;
  if (download) save(download);
  if (focus) move(byId(focus));
}

function move(element) {
  if (!element) return;
  if (element.tabIndex < 0) element.tabIndex = -1;
  element.focus();
}

function save({ name, media_type: type, content }) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Put files into an input, as if they had been chosen there. */
function give(input, chosen) {
  const carrier = new DataTransfer();
  for (const file of [...chosen].slice(0, input.multiple ? undefined : 1)) carrier.items.add(file);
  input.files = carrier.files;
}

function note(input) {
  if (input.files.length) files.set(input.name, [...input.files]);
  else files.delete(input.name);
}

/** Send the waiting request, with the bytes of every chosen file; of a larger file than allowed, enough to see that it is. */
async function send() {
  const mine = pending;
  progress(0, 0);
  show("working");
  const contents = [];
  try {
    for (const [field, chosen] of files) {
      for (const file of chosen) {
        const most = Number(document.querySelector(`input[type=file][name="${CSS.escape(field)}"]`)?.dataset.largest);
        const content = await file.slice(0, most ? most + 1 : file.size).arrayBuffer();
        contents.push({ field, name: file.name, content: new Uint8Array(content) });
      }
    }
  } catch (error) { // the file was changed or removed after it was chosen
    if (mine !== pending) return;
    pending = null;
    show("failed", error.message);
    return;
  }
  if (mine !== pending) return; // stopped meanwhile
  const before = isNew ? Object.entries(resume).flatMap(([name, values]) => values.map((value) => [name, value])) : [];
  worker.postMessage({ kind: "request", fields: [...before, ...mine.fields], files: contents }, contents.map((one) => one.content.buffer));
}

function submit(form, button) {
  if (pending) return;
  const fields = [...new FormData(form)].filter(([, value]) => typeof value === "string");
  if (button?.name) fields.push([button.name, button.value]); // the last value of a name holds
  if (!worker) restart("loading");
  pending = { fields, button };
  if (isReady) return send();
  progress(0, 0);
  show("loading");
}

document.addEventListener("submit", (event) => {
  event.preventDefault();
  submit(event.target, event.submitter);
});

document.addEventListener("change", ({ target }) => {
  if (target.matches("input[type=file]")) note(target);
  if (target.matches("[data-submit-on-change]")) target.form.requestSubmit();
});

for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    event.preventDefault(); // a file that misses the place is not opened in place of the page
    const place = event.target.closest?.("[data-drop]");
    document.querySelectorAll("[data-drop]").forEach((one) => one.toggleAttribute("data-over", one === place && kind === "dragover"));
    if (kind !== "drop" || !place || !event.dataTransfer.files.length) return;
    const input = document.querySelector(`input[type=file][name="${CSS.escape(place.dataset.drop)}"]`);
    give(input, event.dataTransfer.files);
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

byId("engine-stop").addEventListener("click", () => {
  const button = pending?.button;
  restart("stopped");
  move(button?.isConnected ? button : byId("engine"));
});

document.querySelectorAll("input[type=file]").forEach(note); // a reloaded page may hold the files of before
if (location.protocol === "file:" || !window.Worker || !window.WebAssembly || !window.DecompressionStream) show("unsupported");
else restart("loading");
