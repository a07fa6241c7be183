/** IndexedDB by promises. */

/**
 * Return `inStores(mode, work)`: it does `work(...stores)` in one transaction, and resolves to the result of the request
 * that `work` returns once all of it is on the disk. Rejects when nothing of it is, as where there is no room.
 *
 * `stores`: the options of each store of the database `name`, by the store's name, in the order in which `work` has them.
 */
export function openStores(name, stores) {
  const names = Object.keys(stores);
  let opened = null;

  function database() {
    opened ??= new Promise((resolve, reject) => {
      const request = indexedDB.open(name, 1);
      request.onupgradeneeded = () => {
        for (const one of names) request.result.createObjectStore(one, stores[one]);
      };
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    return opened;
  }

  return async (mode, work) => {
    const transaction = (await database()).transaction(names, mode);
    const request = work(...names.map((one) => transaction.objectStore(one)));
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(request?.result);
      transaction.onabort = () => reject(transaction.error);
    });
  };
}
