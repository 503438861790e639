// What a device keeps in IndexedDB, sealed: each record with AES-GCM for its own name, by a key that no script can read
// out.

const KEY = "seal";

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function way(name, iv) {
  return { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(name) };
}

// The records under the name of a database.
export function vault(database) {
  let opened;

  async function table(name, mode) {
    if (!opened) {
      const request = indexedDB.open(database, 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("keys");
        request.result.createObjectStore("records");
      };
      opened = done(request);
    }
    return (await opened).transaction(name, mode).objectStore(name);
  }

  async function key() {
    const kept = await done((await table("keys", "readonly")).get(KEY));
    if (kept) return kept;
    const fresh = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    const keys = await table("keys", "readwrite");
    const meanwhile = await done(keys.get(KEY));
    if (!meanwhile) await done(keys.put(fresh, KEY));
    return meanwhile ?? fresh;
  }

  async function put(name, value) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const plain = new TextEncoder().encode(JSON.stringify(value));
    const sealed = await crypto.subtle.encrypt(way(name, iv), await key(), plain);
    await done((await table("records", "readwrite")).put({ iv, sealed }, name));
  }

  async function get(name) {
    const found = await done((await table("records", "readonly")).get(name));
    if (!found) return null;
    const plain = await crypto.subtle.decrypt(way(name, found.iv), await key(), found.sealed);
    return JSON.parse(new TextDecoder().decode(plain));
  }

  async function names(beginning) {
    const range = IDBKeyRange.bound(beginning, `${beginning}\uffff`);
    return done((await table("records", "readonly")).getAllKeys(range));
  }

  async function forget(beginning) {
    for (const name of await names(beginning)) await done((await table("records", "readwrite")).delete(name));
  }

  async function clear() {
    await done((await table("records", "readwrite")).clear());
    await done((await table("keys", "readwrite")).clear());
  }

  // One change at a time, over all windows and the worker.
  function alone(work) {
    return navigator.locks.request(database, work);
  }

  return { put, get, names, forget, clear, alone };
}
