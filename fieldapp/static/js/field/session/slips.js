/**
 * 评价码 of this phone: a stock of slips from the pack, each bound to the visit at which it is shown. A binding is kept like a record
 * (kind "binding", under the slip's id), so the sync carries it when there is a network and a retry is harmless.
 */

import { mark, measuredOffset } from "../server/clock.js";
import { plain } from "../server/digest.js";
import { move } from "../records/record-states.js";
import { step } from "../records/records.js";
import { readPack } from "./pack.js";
import { recordNews, saving } from "../storage/saving.js";
import { NotSaved, read, readAll, write } from "../storage/store.js";
import { rfc3339 } from "../../lib/words.js";

/**
 * The slips that can still be shown: those of the pack that this phone has bound to nothing.
 * @returns {Promise<Array<{id: string, code: string, number: string, url: string, qr_svg: string, expires_at: string|null}>>}
 */
export async function stock() {
  const [pack, records] = await Promise.all([readPack(), readAll("records")]);
  return unused(pack, new Set(records.map((record) => record.id)));
}

function unused(pack, taken) {
  const now = Date.now();
  return ((pack && pack.slips) || []).filter((slip) => !taken.has(slip.id) && !(Date.parse(slip.expires_at) <= now));
}

/**
 * The slip that this phone shows at a visit: always the same one, also after a restart, until somebody asks for another and says why.
 * Its binding is durable on this phone when the promise resolves.
 * @param {{id: string}} visit as the visit page knows it
 * @param {string} [why] another one is wanted: the reason, in words
 * @returns {Promise<any|null>} the binding, with the slip in `slip`; null when the stock is empty
 * @throws {NotSaved}
 */
export async function takeSlip(visit, why = "") {
  const [user, pack] = await Promise.all([read("meta", "user"), readPack()]);
  if (!user) throw new NotSaved("请先登录，再出示评价码。");
  /** @type {any} */
  let fresh = null;
  const binding = await saving(write(["records"], async ({ records }) => {
    const shown = why ? null : showable(ofVisit(await records.getAll(), visit.id, user.id));
    if (shown) return shown;
    const left = unused(pack, new Set(await records.getAllKeys()));
    if (left.length === 0) return null;
    // any of them: two phones of one person hold the same stock, and should seldom show the same slip
    fresh = { ...bindingOf(left[Math.floor(Math.random() * left.length)], visit, user), why };
    await records.put(fresh);
    return fresh;
  }));
  if (fresh) recordNews(fresh);
  return binding;
}

/** The one shown last, while it can still be rated with. */
function showable(shown) {
  return shown.find(({ slip, state }) => state !== "dismissed" && !(Date.parse(slip.expires_at) <= Date.now()));
}

function ofVisit(records, visitId, userId) {
  return records.filter((record) => record.kind === "binding" && record.userId === userId && record.body.visit === visitId)
    .sort((a, b) => b.createdAt - a.createdAt);
}

function bindingOf(slip, visit, user) {
  const now = Date.now();
  return {
    id: slip.id, kind: "binding", userId: user.id, state: "waiting", body: { visit: visit.id, bound_at: rfc3339(now + (measuredOffset() || 0)) },
    revision: 0, baseRevision: 0, changes: 1, sentChanges: 0, clockMark: mark(), versionId: null, visit: plain(visit),
    slip: plain(slip), review: null, refusal: null, conflict: null, receipt: null, number: slip.number, serverState: null,
    createdAt: now, updatedAt: now, nextTryAt: 0, tries: 0, lastError: null, bulk: false,
  };
}

/** The slips shown at a visit with this phone, the newest first. @param {string} visitId @returns {Promise<any[]>} */
export async function shownAt(visitId) {
  const user = await read("meta", "user");
  return user ? ofVisit(await readAll("records", { index: "userId", key: user.id }), visitId, user.id) : [];
}

/** The slip to show again at a visit; undefined when none was shown there yet. @param {string} visitId @returns {Promise<any|undefined>} */
export const shownLast = async (visitId) => showable(await shownAt(visitId));

/** 知道了: a refused binding is no longer counted as trouble. The slip stays used up. @param {string} id */
export function acknowledge(id) {
  return step(id, (record) => {
    if (record.kind === "binding") move(record, "dismiss");
  });
}
