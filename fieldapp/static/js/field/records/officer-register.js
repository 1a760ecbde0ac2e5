/** What 执法人员名册 says of an officer whom somebody writes down; the server reckons the same (officers/rules.py). Pure. */

// Best first: of several officers that a name and four digits could mean, the best one is meant.
export const RESULTS = { registered: "在册", other_agency: "他单位", expired: "已过期", other_name: "姓名不符", not_found: "查无此证" };
const TAIL = 4;
const SHOWN = 5;

/** Letters and digits only, one width, capitals: as numbers and names are compared. @param {string} text */
export function keyOf(text) {
  return text.normalize("NFKC").toUpperCase().replace(/[^\p{L}\p{N}]/gu, "");
}

export class OfficerRegister {
  /**
   * @param {{officers: RegisteredOfficer[], agencies: Agency[], agencyId: string|null|undefined, day: string}} known
   *   `agencyId`: the visited agency, none while nobody knows it; `day`: of the visit, 2026-11-23
   */
  constructor({ officers, agencies, agencyId, day }) {
    this.rows = officers.map((row) => ({ ...row, key: keyOf(row.number), nameKey: keyOf(row.name) }));
    this.agencies = new Map(agencies.map((one) => [one.id, one]));
    this.agencyId = agencyId ?? null;
    this.day = day;
    this.isKnown = this.rows.some((row) => row.agency === agencyId);
  }

  /**
   * @param {string} number @param {string} name
   * @returns {{result: string, row: RegisteredOfficer|null}|null} `result`: of RESULTS; null where nothing can be said
   */
  finding(number, name) {
    const [key, nameKey] = [keyOf(number), keyOf(name)];
    if (key.length < TAIL) return null;
    let meant = this.rows.filter((row) => row.key === key);
    if (meant.length === 0 && key.length === TAIL) {
      if (!nameKey) return null;
      meant = this.rows.filter((row) => row.key.endsWith(key) && row.nameKey === nameKey);
    }
    const order = Object.keys(RESULTS);
    const [best] = meant.map((row) => ({ row, result: this.#resultOf(row, nameKey) }))
      .sort((a, b) => order.indexOf(a.result) - order.indexOf(b.result));
    return best ?? (this.isKnown ? { row: null, result: "not_found" } : null);
  }

  /** Who could be meant by what is written so far, the visited agency's first; nobody once it is one person of the register. */
  search(number, name) {
    const [key, nameKey] = [keyOf(number), keyOf(name)];
    if (key.length < TAIL && nameKey.length < 2) return [];
    if (this.rows.some((row) => row.key === key && row.nameKey === nameKey)) return [];
    const fits = (row) => (key.length < TAIL || row.key.includes(key)) && (!nameKey || key.length >= TAIL || row.nameKey.includes(nameKey));
    return this.rows.filter(fits).sort((a, b) => Number(this.#isOfVisited(b.agency)) - Number(this.#isOfVisited(a.agency))).slice(0, SHOWN);
  }

  /** What a result is called; nothing of one that this program does not know. @param {string|undefined} result */
  wordsOf(result) {
    return result ? /** @type {Record<string, string>} */ (RESULTS)[result] : undefined;
  }

  /** @param {RegisteredOfficer} row */
  agencyOf(row) {
    const agency = this.agencies.get(row.agency);
    return agency?.short_name || agency?.name || "";
  }

  #resultOf(row, nameKey) {
    if (nameKey && row.nameKey !== nameKey) return "other_name";
    if (row.until < this.day) return "expired";
    return this.#isOfVisited(row.agency) ? "registered" : "other_agency";
  }

  #isOfVisited(agencyId) {
    return this.agencyId === null || this.#isBelow(agencyId, this.agencyId) || this.#isBelow(this.agencyId, agencyId);
  }

  #isBelow(agencyId, above) {
    const seen = new Set();
    for (let here = agencyId; here && !seen.has(here); here = this.agencies.get(here)?.parent) {
      if (here === above) return true;
      seen.add(here);
    }
    return false;
  }
}
