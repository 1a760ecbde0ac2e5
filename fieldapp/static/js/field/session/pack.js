/** 离线包: everything needed at the scene, kept per user. Offline it is what was fetched last. */

import { call } from "../server/api.js";
import { mark } from "../server/clock.js";
import { noteReopened } from "../records/cancelling.js";
import { noteDiscarded } from "../records/discarding.js";
import { may } from "../records/record-states.js";
import { announce } from "../storage/news.js";
import { read, write } from "../storage/store.js";
import { joined } from "./pack-rows.js";

const TOO_LONG = [400, 414, 431]; // what stands between does not let an address with a cursor pass
const confirmedAt = (user) => `pack-confirmed:${user.id}`;

/** The pack of the signed-in user as last fetched. @returns {Promise<any|null>} */
export async function readPack() {
  const user = await read("meta", "user");
  const kept = user && await read("packs", user.id);
  return (kept && kept.pack) || null;
}

/** Milliseconds since the pack was last confirmed by the server; null when there is none. @returns {Promise<number|null>} */
export async function packAge() {
  const user = await read("meta", "user");
  const [kept, confirmed] = user ? await Promise.all([read("packs", user.id), read("meta", confirmedAt(user))]) : [];
  return kept ? Math.max(0, Date.now() - Math.max(kept.at, confirmed || 0)) : null;
}

/**
 * Fetches what has changed of the pack, and brings returned records back.
 * @param {any} [known] the signed-in user, for who has just read it
 * @returns {Promise<{changed: boolean, pack: any|null, answer: any}>} `answer`: what the network said, for who must judge it
 */
export async function refreshPack(known = null) {
  const user = known || await read("meta", "user");
  if (!user) return { changed: false, pack: null, answer: null };
  const kept = await read("packs", user.id);
  return (kept && await fetched(user, kept, kept)) || fetched(user, kept, null);
}

/** Asks for what is new since `base`, or for all of it. Null when the answer does not fit to what lies on the phone by now. */
async function fetched(user, kept, base) {
  const since = base?.pack.cursor ? `?rows=1&since=${encodeURIComponent(base.pack.cursor)}` : "";
  /** @type {Record<string, string>} */
  const headers = base?.etag ? { "If-None-Match": base.etag } : {};
  const askedAt = Date.now();
  const answer = await call("GET", `/api/v1/pack${since}`, { headers, timeoutMs: 60000 });
  if (answer.status === 304 && base) {
    await confirm(user);
    return { changed: false, pack: base.pack, answer };
  }
  if (since && TOO_LONG.includes(answer.status)) return null;
  const came = answer.status === 200 && answer.ours && (!since || typeof answer.json.cursor === "string");
  const pack = came && since ? joined(base.pack, answer.json) : answer.json;
  if (came && !pack) return null;
  const isWhole = came && Array.isArray(pack.visits) && pack.user && pack.user.id === user.id;
  if (!isWhole) return { changed: false, pack: kept?.pack || null, answer: { ...answer, ours: answer.status !== 200 && answer.ours } };
  if (!await keep(user, pack, { etag: answer.headers?.get("ETag"), base, askedAt })) return base ? null : { changed: false, pack: null, answer };
  announce({ type: "pack" });
  return { changed: true, pack, answer };
}

/** Notes that the server has just said so: beside the pack, which is a megabyte and is not written anew for that. */
function confirm(user) {
  return write(["meta"], ({ meta }) => meta.put(Date.now(), confirmedAt(user)));
}

/** @returns {Promise<boolean>} false, and nothing is kept, when the user has left meanwhile, or `base` is no longer what lies here */
function keep(user, pack, { etag, base, askedAt }) {
  return write(["packs", "versions", "records", "evidence", "meta"], async (stores) => {
    const [signedIn, now] = await Promise.all([stores.meta.get("user"), stores.packs.get(user.id)]);
    if (!signedIn || signedIn.id !== user.id || (base && (!now || now.pack.cursor !== base.pack.cursor))) return false;
    await stores.packs.put({ pack, etag, at: Date.now() }, user.id);
    await stores.meta.put({ ...user, ...pack.user }, "user");
    for (const version of pack.checklist_versions || []) await stores.versions.put(version);
    for (const said of pack.records || []) await noteState(stores.records, said);
    for (const said of pack.visits) await noteReopened(stores.records, said, askedAt);
    for (const said of pack.discarded || []) await noteDiscarded(stores, said);
    for (const returned of pack.returned || []) await bringBack(stores, user, returned);
    return true;
  });
}

async function noteState(records, said) {
  const record = await records.get(said.id);
  if (!record) return;
  const elsewhere = said.revision > record.baseRevision && !record.attempt ? said.revision : null;
  const isSame = record.serverState === said.state && (!said.number || record.number === said.number);
  if (isSame && elsewhere === (record.elsewhere ?? null)) return;
  Object.assign(record, { serverState: said.state, number: said.number || record.number, elsewhere });
  await records.put(record);
}

/** A returned record becomes the phone's again, unless the phone holds newer words of it. */
async function bringBack(stores, user, returned) {
  const kept = await stores.records.get(returned.id);
  if (kept && (kept.userId !== user.id || !may(kept, "return"))) return;
  if (kept && kept.baseRevision > returned.revision) return; // an old answer: the record has been filed again since
  await layRecord(stores, user, { ...returned, state: "returned" }, "returned");
}

/**
 * Lays down a record as the server has it, with its files as addresses, in the place of what lies here of it.
 * @param {Record<string, any>} stores records, evidence @param {any} user
 * @param {any} said as in the pack's `returned`, or as GET gives it @param {string} state of record-states.js
 */
export async function layRecord(stores, user, said, state) {
  const kept = await stores.records.get(said.id);
  const started = Date.parse(said.body.started_at) || Date.now();
  const fresh = { createdAt: started, clockMark: { ...mark(Math.max(0, Date.now() - started)) }, changes: 0, tries: 0, bulk: false };
  const receipt = said.revisions?.at(-1)?.receipt ?? kept?.receipt ?? null;
  const isDone = state === "receipted"; // nothing of it is left to be sent from here
  await stores.records.put({
    ...fresh, ...kept, isFromElsewhere: kept ? Boolean(kept.isFromElsewhere) : true, id: said.id, kind: said.kind, userId: user.id, state, body: said.body,
    revision: said.revision, baseRevision: said.revision, sentChanges: kept ? kept.changes : 0, attempt: null, elsewhere: null,
    visit: said.visit || (kept && kept.visit) || null, versionId: said.checklist_version || said.body.checklist_version || (kept && kept.versionId) || null,
    review: isDone ? null : said.review, reviewed: readByReviewer(kept, said), refusal: null, conflict: null, bodyGone: false, receipt,
    settledAt: isDone ? Date.now() : null, sentAt: isDone ? Date.parse(receipt?.received_at) || Date.now() : kept?.sentAt,
    number: said.number || null, serverState: said.state, updatedAt: kept ? kept.updatedAt : Date.now(), nextTryAt: 0, lastError: null,
  });
  for (const file of [...said.evidence || [], ...said.layers || []]) {
    if (await stores.evidence.get(file.id)) continue;
    await stores.evidence.put({
      id: file.id, recordId: said.id, ownerKind: said.kind, source: file.source,
      filename: file.id, type: file.filetype, of: file.of, marks: file.marks, bytes: 0, sha256: file.sha256, takenAt: file.taken_at ?? "",
      place: null, state: "receipted",
      sentBytes: 0, refusal: null, receipt: null, remote: true, thumbnailUrl: file.thumbnail_url, originalUrl: file.original_url,
      addedAt: Date.parse(file.taken_at) || 0,
    });
  }
}

/** The answers that the reviewer has read, by which a change is known; null where a later draft has come in their place. */
function readByReviewer(kept, { review, revision, body }) {
  // a copy: within one record the store keeps the same object the same, and it would change with the answers
  return review?.revision === revision ? structuredClone(body.answers ?? {}) : kept?.reviewed ?? null;
}

/**
 * The checklist version with which a record of this visit begins: the published one in force.
 * @param {any} [_visit]
 * @returns {Promise<any|null>}
 */
export async function checklistFor(_visit) {
  const pack = await readPack();
  const versions = (pack && pack.checklist_versions) || [];
  return versions.find((version) => version.current) || versions[versions.length - 1] || null;
}
