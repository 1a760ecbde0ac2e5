/** A record that the server holds and this phone does not, or not as it stands there by now: fetched, so that its author goes on here. */

import { call, whoAmI } from "../server/api.js";
import { hasUnsentWords } from "../records/record-states.js";
import { announce } from "../storage/news.js";
import { read, write } from "../storage/store.js";
import { layRecord, readPack } from "./pack.js";

const STATES = { draft: "draft", returned: "returned", submitted: "receipted", approved: "receipted" };
const PERSONS = ["party", "respondent"];

/**
 * Fetches one record of the signed-in user. What this phone has not sent yet is never replaced: then two versions meet at the next
 * sync, and a person chooses.
 * @param {string} id
 * @returns {Promise<boolean>} whether it lies on this phone now; false without network, or when it is nobody's that the pack names
 */
export async function takeUp(id) {
  const [user, pack] = await Promise.all([read("meta", "user"), readPack()]);
  const said = user && (pack?.records ?? []).find((one) => one.id === id);
  if (!said || !["observation", "interview"].includes(said.kind)) return false;
  const me = await whoAmI();
  if (me.status !== 200 || !me.ours || me.json.user.id !== user.id) return false;
  const { status, ours, json } = await call("GET", `/api/v1/${said.kind}s/${id}`);
  if (status !== 200 || !ours || !STATES[json.state]) return false;
  const visit = (pack.visits ?? []).find((one) => one.id === json.body.visit) ?? null;
  const isLaid = await write(["records", "evidence", "versions", "meta"], async (stores) => {
    const [signedIn, kept] = await Promise.all([stores.meta.get("user"), stores.records.get(id)]);
    if (signedIn?.id !== user.id || (kept && (kept.userId !== user.id || kept.attempt || hasUnsentWords(kept)))) return false;
    const version = json.body.checklist_version;
    if ((said.kind === "observation" && !(await stores.versions.get(version))) || !(visit ?? kept?.visit)) return false;
    await layRecord(stores, user, { ...json, kind: said.kind, body: withoutErased(json.body), visit, checklist_version: version }, STATES[json.state]);
    return true;
  });
  if (isLaid) announce({ type: "record", id, kind: said.kind });
  return isLaid;
}

/** Who was erased by law is nobody for a phone that goes on writing: nobody could be sealed from a commitment again. */
function withoutErased(body) {
  const gone = PERSONS.filter((person) => body[person]?.erased_at);
  return { ...body, ...Object.fromEntries(gone.map((person) => [person, null])) };
}
