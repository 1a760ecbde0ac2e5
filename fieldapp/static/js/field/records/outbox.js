/** What waits on this phone, counted. Knows no network and no page; reads what is open, and never what has arrived. */

import { onChange } from "../storage/news.js";
import { read } from "../storage/store.js";
import { hasUnsentWords, isEditable, placeOf, stands, wordsFor } from "./record-states.js";
import { openRecords, pendingFiles } from "./records.js";

const NEEDY = new Set(["refused", "conflict", "returned"]);
const names = new Map();
/** @type {Promise<any>|null} */
let reader = null;

/** Who is signed in here: asked once, until somebody signs in or out, or the page was out of sight. */
function user() {
  reader ??= read("meta", "user").catch((error) => { reader = null; throw error; });
  return reader;
}

onChange(({ type }) => { if (type === "session" || type === "pack") reader = null; });
document.addEventListener("visibilitychange", () => { reader = null; });
addEventListener("pageshow", () => { reader = null; });

/**
 * @typedef {object} Outbox the signed-in user's records that are not settled, in numbers
 * @property {number} drafts
 * @property {number} draftsUnsent drafts whose newest words are only on this phone
 * @property {number} waiting
 * @property {number} refused what waits for a person, as do the next three
 * @property {number} conflicts
 * @property {number} returned
 * @property {number} filesRefused
 * @property {number} unsent handed over, and not whole on the server yet
 * @property {number} filesUnsent files that are only on this phone
 * @property {number} filesWaiting those of them that the sync sends after their records
 * @property {any|null} user who is signed in here
 * @property {number|null} oldestUnsentAt ms since 1970
 * @property {Array<{name: string, count: number}>} held what other users of this phone have not sent
 * @property {{words: string, needs: number, isOnItsWay: boolean}|null} inHand the record asked for, when it is the user's and still open;
 *   `needs`: what of it waits for a person
 */

/**
 * Counts the outbox of the signed-in user.
 * @param {{inHand?: string|null}} [asked] the record that is open on the page
 * @returns {Promise<Outbox>}
 */
export async function summary({ inHand = null } = {}) {
  const [me, records, files] = await Promise.all([user(), openRecords(), pendingFiles()]);
  const mine = records.filter((record) => me && record.userId === me.id);
  const held = await heldOf(records.filter((record) => !me || record.userId !== me.id));
  return { ...countsOf(mine, files), user: me || null, held, inHand: describe(mine.find((record) => record.id === inHand), files) };
}

/** The numbers of one user's open records and pending files. Pure. @param {any[]} mine @param {any[]} files */
export function countsOf(mine, files) {
  const byId = new Map(mine.map((record) => [record.id, record]));
  const pending = files.filter((file) => byId.has(file.recordId) && stands(byId.get(file.recordId)));
  const withFiles = new Set(pending.map((file) => file.recordId));
  const count = (...states) => mine.filter((record) => states.includes(record.state)).length;
  const unsent = mine.filter((record) => hasUnsentWords(record) || withFiles.has(record.id));
  const isRefused = (file) => file.state === "refused";
  return {
    drafts: mine.filter(isEditable).length, draftsUnsent: mine.filter((record) => isEditable(record) && hasUnsentWords(record)).length,
    waiting: count("waiting", "sending", "discarding"), refused: count("refused"), conflicts: count("conflict"), returned: count("returned"),
    unsent: unsent.filter((record) => !isEditable(record)).length, filesUnsent: pending.length, filesRefused: pending.filter(isRefused).length,
    filesWaiting: pending.filter((file) => !isRefused(file) && !isEditable(byId.get(file.recordId))).length,
    oldestUnsentAt: unsent.length ? Math.min(...unsent.map((record) => record.updatedAt)) : null,
  };
}

function describe(record, files) {
  if (!record) return null;
  const own = files.filter((file) => file.recordId === record.id);
  const needs = Number(NEEDY.has(record.state)) + own.filter((file) => file.state === "refused").length;
  return { words: wordsFor(record, own), needs, isOnItsWay: hasUnsentWords(record) || placeOf(record, own) === "waiting" };
}

async function heldOf(records) {
  const counts = new Map();
  for (const record of records.filter(hasUnsentWords)) counts.set(record.userId, (counts.get(record.userId) || 0) + 1);
  return Promise.all([...counts].map(async ([id, count]) => ({ name: await nameOf(id), count })));
}

/** What a user of this phone is called. @param {string} id @returns {Promise<string>} */
export async function nameOf(id) {
  if (!names.has(id)) names.set(id, (await read("meta", `name:${id}`)) || "其他用户");
  return names.get(id);
}
