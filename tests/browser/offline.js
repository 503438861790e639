// What the device holds: how many records, whether each is sealed, addresses in the cache, and the keys.
const done = arguments[arguments.length - 1];
const name = arguments.length > 1 ? arguments[0] : "madoguchi-offline";

async function look() {
  const opened = indexedDB.open(name, 1);
  const database = await new Promise((resolve) => (opened.onsuccess = () => resolve(opened.result)));
  const all = (table, method) => {
    const asked = database.transaction(table).objectStore(table)[method]();
    return new Promise((resolve) => (asked.onsuccess = () => resolve(asked.result)));
  };
  const addresses = [];
  for (const name of await caches.keys()) {
    for (const request of await (await caches.open(name)).keys()) addresses.push(new URL(request.url).pathname);
  }
  const records = await all("records", "getAll");
  const sealed = records.every((it) => Object.keys(it).sort().join() === "iv,sealed" && it.sealed.byteLength > 16);
  const keys = await all("keys", "getAll");
  const readable = keys.some((key) => key.extractable);
  database.close();
  return { names: records.length, sealed, keys: keys.length, readable, addresses };
}

look().then(done, (error) => done({ error: String(error) }));
