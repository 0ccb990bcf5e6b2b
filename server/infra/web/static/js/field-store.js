// What a phone at the door keeps: IndexedDB in promises. "kept" holds the worklist and the forms, "drafts" what is being
// filled in, "queue" what waits to be sent. Nothing leaves the queue but by `remove`.
(function (Field) {
  "use strict";
  const NAME = "xiangyi-field";
  const STORES = ["kept", "drafts", "queue"];
  let opening = null;

  function open() {
    opening = opening || new Promise((resolve, reject) => {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => STORES.forEach((name) => request.result.createObjectStore(name));
      request.onsuccess = () => {
        request.result.onversionchange = () => request.result.close();
        resolve(request.result);
      };
      request.onerror = () => { opening = null; reject(request.error); };
    });
    return opening;
  }

  // Resolved only when the transaction is over: what is told to be kept is kept.
  async function use(store, mode, ask) {
    const database = await open();
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(store, mode);
      const request = ask(transaction.objectStore(store));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error || request.error);
    });
  }

  Field.store = {
    get: (store, key) => use(store, "readonly", (rows) => rows.get(key)),
    all: (store) => use(store, "readonly", (rows) => rows.getAll()),
    put: (store, key, value) => use(store, "readwrite", (rows) => rows.put(value, key)),
    remove: (store, key) => use(store, "readwrite", (rows) => rows.delete(key)),
  };

  // A key of our own for each item: sent twice, it has one effect.
  Field.newKey = () => {
    if (crypto.randomUUID) return crypto.randomUUID();
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), (one) => one.toString(16).padStart(2, "0")).join("");
  };
})((window.Field = window.Field || {}));
