/** What waits on this phone, counted. Knows no network and no page. */

import { read, readAll } from "../storage/store.js";
import { hasUnsentWords, isUnsentFile } from "./record-states.js";

/**
 * The signed-in user's outbox in numbers. `held`: what other users of this phone have not sent.
 * @returns {Promise<{drafts: number, waiting: number, sending: number, refused: number, conflicts: number, returned: number,
 *   unsent: number, filesTotal: number, filesSent: number, filesRefused: number, allSentAt: number|null,
 *   oldestUnsentAt: number|null, held: Array<{name: string, count: number}>}>}
 */
export async function summary() {
  const [user, records, evidence, sentAt] = await Promise.all([
    read("meta", "user"), readAll("records"), readAll("evidence"), read("meta", "allSentAt")]);
  const mine = records.filter((record) => user && record.userId === user.id);
  const byId = new Map(mine.map((record) => [record.id, record]));
  const files = evidence.filter((file) => byId.has(file.recordId) && !file.remote);
  const submitted = files.filter((file) => byId.get(file.recordId).state !== "draft" && !byId.get(file.recordId).settledAt);
  const count = (...states) => mine.filter((record) => states.includes(record.state)).length;
  const unsent = mine.filter((record) => hasUnsentWords(record) || files.some((file) => file.recordId === record.id && isUnsentFile(file)));
  return {
    drafts: count("draft"), waiting: count("waiting"), sending: count("sending"), refused: count("refused"),
    conflicts: count("conflict"), returned: count("returned"), unsent: unsent.filter((record) => record.state !== "draft").length,
    filesTotal: submitted.length, filesSent: submitted.filter((file) => file.state === "receipted").length,
    filesRefused: files.filter((file) => file.state === "refused").length,
    allSentAt: sentAt && user ? sentAt[user.id] || null : null,
    oldestUnsentAt: unsent.length ? Math.min(...unsent.map((record) => record.updatedAt)) : null,
    held: await heldOf(user, records),
  };
}

async function heldOf(user, records) {
  const counts = new Map();
  for (const record of records) {
    if ((!user || record.userId !== user.id) && hasUnsentWords(record)) {
      counts.set(record.userId, (counts.get(record.userId) || 0) + 1);
    }
  }
  return Promise.all([...counts].map(async ([id, count]) => ({ name: (await read("meta", `name:${id}`)) || "其他用户", count })));
}
