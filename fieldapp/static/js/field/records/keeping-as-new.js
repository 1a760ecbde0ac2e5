/** 另存为新的一份: what this phone holds of a draft that another one has discarded goes on under new ids. */

import { plain } from "../server/digest.js";
import { FILES } from "./discarding.js";
import { discardWay, move } from "./record-states.js";
import { recordNews, saving } from "../storage/saving.js";
import { handOverPieces } from "../storage/sound-pieces.js";
import { NotSaved, write } from "../storage/store.js";
import { mintId } from "../../lib/ids.js";

/**
 * Keeps the words and files of a draft that another phone has discarded, as a draft of its own under new ids.
 * @param {string} id @returns {Promise<string>} the id of the new one
 */
export async function keepAsNew(id) {
  const fresh = mintId();
  await saving(write(["records", ...FILES], async (stores) => {
    const record = await stores.records.get(id);
    if (!record || discardWay(record) !== "gone") throw new NotSaved("这份草稿已另存过，或已不在本机。");
    const names = await moveFiles(stores, id, fresh);
    const body = { ...renamed(plain(record.body), names), state: "draft" };
    const now = Date.now();
    await stores.records.put({
      ...record, id: fresh, state: "draft", body, revision: 0, baseRevision: 0, changes: 1, sentChanges: 0, attempt: null, refusal: null,
      conflict: null, receipt: null, serverState: null, sentAt: undefined, createdAt: now, updatedAt: now, nextTryAt: 0, tries: 0, lastError: null,
    });
    const line = await stores.meta.get(`line:${id}`);
    if (line !== undefined) await stores.meta.put(line, `line:${fresh}`);
    await handOverPieces(stores.meta, id, fresh);
    await stores.meta.delete(`line:${id}`);
    await stores.records.put(Object.assign(move(record, "gone"), { refusal: null, lastError: null }));
  }));
  for (const one of [id, fresh]) recordNews({ id: one, kind: "observation" });
  return fresh;
}

/** The server may know the files under their ids, as the other record's: they get new ones. @returns {Promise<Map<string, string>>} */
async function moveFiles(stores, from, to) {
  const names = new Map();
  for (const file of await stores.evidence.index("recordId").getAll(from)) {
    const id = mintId();
    names.set(file.id, id);
    const [blob, thumb] = [await stores.blobs.get(file.id), await stores.thumbs.get(file.id)];
    if (blob) await stores.blobs.put({ ...blob, id });
    if (thumb) await stores.thumbs.put(thumb, id);
    await stores.evidence.put({ ...file, id, recordId: to, state: "kept", sentBytes: 0, refusal: null, receipt: null, tries: 0, nextTryAt: 0 });
    for (const store of [stores.evidence, stores.blobs, stores.thumbs]) await store.delete(file.id);
  }
  return names;
}

/** The same, with the files under their new ids wherever it names them. */
function renamed(value, names) {
  if (typeof value === "string") return names.get(value) ?? value;
  if (Array.isArray(value)) return value.map((one) => renamed(one, names));
  if (!value || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, renamed(one, names)]));
}
