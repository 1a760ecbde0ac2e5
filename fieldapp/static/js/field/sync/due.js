/** What is to be sent now, in which order: visits, slips, the words of records, small copies of large photos, files. Reads only. */

import { isEditable, isToBeSent, stands } from "../records/record-states.js";
import { openRecords, pendingFiles } from "../records/records.js";
import { staysForWifi, wantsCopy } from "./originals.js";

const DRAFT_REST_MS = 3000;
const LONGEST_PAUSE_MS = 15 * 60 * 1000;

/**
 * @param {string} userId
 * @param {{now?: number, force?: boolean, failed?: Set<string>}} [how] `force`: without waiting for backoff or for the end of
 *   typing; `failed`: ids that have failed in this sync already
 * @returns {Promise<{records: any[], files: any[], nextAt: number, held: number, kept: {records: any[], files: any[]}}>} `nextAt`: when
 *   something later is due, Infinity for never; `held`: originals that wait for Wi-Fi; `kept`: the user's open records and pending
 *   files, of which these were chosen
 */
export async function whatIsDue(userId, { now = Date.now(), force = false, failed = new Set() } = {}) {
  const [open, pending] = await Promise.all([openRecords(userId), pendingFiles()]);
  const mine = new Map(open.map((record) => [record.id, record]));
  const own = pending.filter((file) => mine.has(file.recordId) && stands(mine.get(file.recordId)));
  const wanted = open.filter((record) => isToBeSent(record) && visitIsThere(record, mine));
  const sendable = own.filter((file) => file.state !== "refused" && mine.get(file.recordId).baseRevision > 0 && !failed.has(file.id));
  const files = sendable.filter((file) => !staysForWifi(file));
  // A time further ahead than any pause was written by a clock that has been put back since: nothing waits for it.
  const byThisClock = (at) => (at > now + LONGEST_PAUSE_MS ? 0 : at);
  const readyAt = (record) => Math.max(byThisClock(record.nextTryAt || 0), isEditable(record) ? byThisClock(record.updatedAt + DRAFT_REST_MS) : 0);
  const fileAt = (file) => byThisClock(file.nextTryAt || 0);
  const later = [...wanted.map(readyAt), ...files.map(fileAt)].filter((at) => at > now);
  return {
    records: wanted.filter((record) => !failed.has(record.id) && (force || readyAt(record) <= now)).sort(visitsFirst),
    files: files.filter((file) => force || fileAt(file) <= now)
      .sort((a, b) => Number(wantsCopy(b)) - Number(wantsCopy(a)) || mine.get(a.recordId).createdAt - mine.get(b.recordId).createdAt || a.addedAt - b.addedAt),
    nextAt: Math.min(Infinity, ...later), held: sendable.length - files.length, kept: { records: open, files: own },
  };
}

/** A record of an ad-hoc visit, or a slip shown there, waits until the visit itself has arrived. */
function visitIsThere(record, mine) {
  const visit = record.kind === "visit" ? null : mine.get(record.body.visit);
  return !visit || visit.baseRevision > 0;
}

const RANKS = { visit: 0, binding: 1 };

function visitsFirst(a, b) {
  return (RANKS[a.kind] ?? 2) - (RANKS[b.kind] ?? 2) || Number(isEditable(a)) - Number(isEditable(b))
    || a.createdAt - b.createdAt;
}
