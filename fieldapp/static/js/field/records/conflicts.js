/** What a person decides about a record of which there are two: which version stands. */

import { plain } from "../server/digest.js";
import { move } from "./record-states.js";
import { recordChanged, step } from "./records.js";
import { NotSaved } from "../storage/store.js";

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
    const mine = submitted ? "file" : record.body.state === "discarded" ? "discard" : "draft";
    const act = choice === "mine" ? mine : submitted ? "accept" : "draft";
    Object.assign(move(recordChanged(record), act), { conflict: null, nextTryAt: 0, tries: 0 });
    if (choice === "theirs") Object.assign(record, { sentChanges: record.changes, refusal: null, serverState: stored.state, sentAt: Date.now() });
  });
}
