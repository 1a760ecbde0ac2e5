/** The form of an ad-hoc visit while it is being filled in: kept on the phone at each change, so that a killed page loses nothing. */
import { currentUser } from "../session/session.js";
import { changeMeta, read } from "../storage/store.js";

/**
 * @typedef {{mode: string, domain: string, agency: {id: string|null, name: string}, place: string, matter: string, group: string|null,
 *   locality: string|null}} VisitForm `group`, `locality`: ids
 */

const keyOf = async () => `new-visit:${(await currentUser())?.id ?? "nobody"}`;

/** @returns {Promise<VisitForm|null>} the kept form, null when there is none */
export async function keptForm() {
  return (await read("meta", await keyOf())) ?? null;
}

/** @param {VisitForm|null} form null forgets it */
export async function keepForm(form) {
  await changeMeta(await keyOf(), () => form);
}
