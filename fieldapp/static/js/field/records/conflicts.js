/** What a person decides about a record that is in the way: which of two versions stands, or that a draft goes. */

import { plain } from "../server/digest.js";
import { mayDiscard, move } from "./record-states.js";
import { recordChanged, step } from "./records.js";
import { recordNews } from "../storage/saving.js";
import { dropPieces, unfinishedOf } from "../storage/sound-pieces.js";
import { NotSaved, write } from "../storage/store.js";

/**
 * Settles a conflict: `mine` files this phone's words on top of the server's revision; `theirs` takes the server's words. The
 * server keeps every revision, and this phone keeps the words that were not chosen in `record.setAside`.
 * @param {string} id
 * @param {"mine"|"theirs"} choice
 */
export async function settleConflict(id, choice) {
  return step(id, (record) => {
    if (record.state !== "conflict" || !record.conflict) return;
    const { stored } = record.conflict;
    if (!stored && choice === "theirs") throw new NotSaved("服务器上没有这份记录，只能用我这份。");
    const notChosen = choice === "mine" ? stored?.body : record.body;
    if (notChosen) record.setAside = [...(record.setAside || []), { at: Date.now(), body: notChosen }];
    record.baseRevision = stored?.revision ?? 0; // a server that was set back has none: filed there as if for the first time
    record.revision = record.baseRevision;
    if (choice === "theirs") record.body = plain(stored.body);
    const submitted = record.body.state === "submitted";
    const act = !submitted ? "draft" : choice === "mine" ? "file" : "accept";
    Object.assign(move(recordChanged(record), act), { conflict: null, nextTryAt: 0, tries: 0 });
    if (choice === "theirs") Object.assign(record, { sentChanges: record.changes, refusal: null });
  });
}

/** Throws away a draft that the server never had, with its files. @param {string} id */
export async function discardRecord(id) {
  await write(["records", "evidence", "blobs", "thumbs", "meta"], async (stores) => {
    const record = await stores.records.get(id);
    if (!record) return;
    if (!mayDiscard(record)) {
      throw new NotSaved("这份草稿已有一版送到服务器，不能在本机删除。");
    }
    for (const evidence of await stores.evidence.index("recordId").getAllKeys(id)) {
      for (const store of [stores.evidence, stores.blobs, stores.thumbs]) await store.delete(evidence);
    }
    await stores.records.delete(id);
    await stores.meta.delete(`line:${id}`); // the line of the timeline that was never added
  });
  for (const told of await unfinishedOf(id)) await dropPieces(told);
  recordNews({ id, kind: "observation" });
}
