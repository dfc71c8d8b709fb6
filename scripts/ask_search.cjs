// Run the search worker of a built site outside a browser, and print the addresses that each query finds, as JSON.
// Usage: node ask_search.cjs WORKER.js INDEX.json QUERY...
const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");

const [worker, index, ...queries] = process.argv.slice(2);
const data = JSON.parse(fs.readFileSync(index, "utf8"));
let received;
let listener;
const scope = { console, Intl, postMessage: (message) => received?.(message) };
scope.self = scope;
scope.addEventListener = (_, added) => { listener = added; };
// The worker loads the stemmer of a language from files beside it.
scope.importScripts = (...names) => names.forEach(
  (name) => vm.runInContext(fs.readFileSync(path.resolve(path.dirname(worker), name), "utf8"), scope));
vm.createContext(scope);
vm.runInContext(fs.readFileSync(worker, "utf8"), scope);

const send = (message) => new Promise((resolve) => {
  received = resolve;
  (listener ?? scope.onmessage)({ data: message });
});

// The worker of Material takes the query itself and answers with groups of results; that of Zensical takes an object and
// answers with pages of results, which name the entries by their number.
const askMaterial = async (query) => {
  const { data: answer } = await send({ type: 2, data: query });
  return answer.items.flat().map((one) => one.location);
};

const askZensical = async (query) => {
  const found = [];
  for (let page, first = true; first || page; first = false) {
    const { data: answer } = await send({ type: 2, data: { input: query, page } });
    found.push(...answer.items.map((one) => data.items[one.id].location));
    page = answer.pagination.next;
  }
  return found;
};

(async () => {
  await send({ type: 0, data: { ...data, options: {} } });
  const found = {};
  for (const query of queries) {
    found[query] = await (data.items ? askZensical : askMaterial)(query);
  }
  console.log(JSON.stringify(found));
})();
