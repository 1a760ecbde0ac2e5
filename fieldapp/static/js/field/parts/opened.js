/** The records that this document has open: each once, so that two views never save past one another. */

import { readRecord } from "../records/drafts.js";
import { nameKeptEvidence, takeUpLastWords } from "./open-files.js";
import { hasUnsentWords, isBehind } from "../records/record-states.js";
import { OpenRecord } from "./open-record.js";
import { keepUnfinished } from "./unfinished-recordings.js";

/** @type {Map<string, Promise<OpenRecord|null>>} */
const opened = new Map();

/**
 * Opens a record of the signed-in user; null when this phone has none, or one of another kind than the page is for.
 * @param {string} id @param {"observation"|"interview"|"confirmation"} [kind] @returns {Promise<OpenRecord|null>}
 */
export async function openRecord(id, kind) {
  if (!opened.has(id)) opened.set(id, openAnew(id));
  const open = await opened.get(id)?.catch((error) => { opened.delete(id); throw error; });
  if (!open) opened.delete(id);
  return open && (!kind || shows(open, kind)) ? open : null;
}

/** The same record as it is kept now; null when it is gone, or belongs to another user by now. @param {string} id */
export async function refreshRecord(id) {
  const open = await openRecord(id);
  if (open && !(await open.refresh())) opened.delete(id);
  return opened.has(id) ? open : null;
}

/** Whether a page for records of `kind` can show this one: of another, or once its words have gone for their age, only the receipt. */
export function shows(open, kind) {
  return open.record.kind === kind && !open.record.bodyGone;
}

/** Saves what is typed in every open record. */
export async function flushAll() {
  for (const opening of opened.values()) (await opening)?.flush();
}

async function openAnew(id) {
  let record = id ? await readRecord(id) : null;
  if (id && (!record || (isBehind(record) && !hasUnsentWords(record))) && await isFetched(id)) record = await readRecord(id);
  if (!record) return null;
  const open = new OpenRecord(record);
  await takeUpLastWords(open);
  await open.refreshEvidence();
  await nameKeptEvidence(open);
  keepUnfinished(open).catch((error) => console.error(error)); // later: nothing waits for it
  return open;
}

/** What only the server holds, or holds newer, is fetched from there; offline the phone goes on with what it has. */
async function isFetched(id) {
  try {
    return await (await import("../session/taking-up.js")).takeUp(id);
  } catch (error) {
    console.warn(error); // not on this phone yet, as the rest of its pack
    return false;
  }
}
