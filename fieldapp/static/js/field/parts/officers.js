/** 执法人员: several, each with name and number, looked up in the register on this phone. A row that is still empty is not filed. */

import { clone, fill, make, need } from "../../lib/dom.js";
import { dayAndTime } from "../../lib/words.js";
import { readPack } from "../session/pack.js";

/**
 * Shows the officers in `holder`; `addButton` adds one more row.
 * @param {HTMLElement} holder
 * @param {HTMLButtonElement} addButton
 * @param {import("./open-record.js").OpenRecord} open
 * @returns {{update: () => void}}
 */
export function officers(holder, addButton, open) {
  const rows = [];
  /** @type {import("../records/officer-register.js").OfficerRegister|null} */
  let register = null;

  /** What the rows say, without the empty ones. */
  const read = () => rows.map((row) => row.read(register)).filter((officer) => officer.name || officer.certificate_no);
  const save = (body) => { body.officers = read(); };

  function addRow(officer = { name: "", certificate_no: "" }) {
    const row = officerRow(officer, rows.length + 1);
    const pick = (found) => {
      row.take(found);
      row.redraw();
      open.change(save);
    };
    row.redraw = () => row.show(register, pick);
    for (const field of row.fields) {
      field.addEventListener("input", row.redraw);
      open.type(field, save);
    }
    need(row.element, '[data-action="remove"]').addEventListener("click", () => {
      rows.splice(rows.indexOf(row), 1);
      row.element.remove();
      open.change(save);
    });
    rows.push(row);
    row.redraw();
    holder.append(row.element);
    return row;
  }

  for (const officer of open.body.officers ?? []) addRow(officer);
  if (rows.length === 0) addRow();
  addButton.addEventListener("click", () => addRow().fields[0].focus());
  const look = async () => {
    register = await registerFor(open);
    for (const row of rows) row.redraw();
  };
  holder.addEventListener("focusin", look, { once: true });
  if ((open.body.officers ?? []).some((officer) => officer.register)) look();

  return {
    update() {
      for (const field of holder.querySelectorAll("input")) field.readOnly = !open.isEditable;
      for (const button of [addButton, ...holder.querySelectorAll("button")]) button.hidden = !open.isEditable;
    },
  };
}

/** The register that this phone has for the visit of a record; null where it has none. */
async function registerFor(open) {
  const pack = await readPack();
  if (!pack?.officers?.length) return null;
  const module = await import("../records/officer-register.js").catch(() => null); // of a pack: not here yet, it says nothing
  if (!module) return null;
  const day = dayAndTime(open.body.started_at).slice(0, 10);
  return new module.OfficerRegister({ officers: pack.officers, agencies: pack.agencies, agencyId: open.visit.agency?.id, day });
}

/** One officer's two fields, what the register says, and whom it could mean. */
function officerRow(officer, place) {
  const element = clone("officer-row");
  const [name, number] = element.querySelectorAll("input");
  [name, number].forEach((field, at) => {
    field.id = `officer-${at}-${place}`;
    /** @type {HTMLLabelElement} */ (field.previousElementSibling).htmlFor = field.id;
  });
  name.value = officer.name;
  number.value = officer.certificate_no ?? "";
  const found = /** @type {HTMLElement} */ (element.querySelector('[data-slot="found"]'));

  return {
    element,
    redraw: () => {},
    fields: [name, number],
    read(register) {
      const [said, typed] = [register?.finding(number.value, name.value)?.result, number.value.trim()];
      const before = !register && typed === officer.certificate_no ? officer.register : null;
      const result = said ?? before;
      return { name: name.value.trim(), certificate_no: typed, ...(result ? { register: result } : {}) };
    },
    take(row) {
      [name.value, number.value] = [row.name, row.number];
    },
    show(register, pick) {
      const all = register?.search(number.value, name.value) ?? [];
      const said = all.length ? null : resultOf(register, this.read(register));
      fill(element, { result: said?.words });
      need(element, '[data-slot="result"]').className = said?.isGood ? "officer__wide soft" : "officer__wide field__error";
      found.replaceChildren(...all.map((row) => make("li", {}, choice(register, row, () => pick(row)))));
      found.hidden = all.length === 0;
    },
  };
}

/**
 * What is said below a row.
 * @param {import("../records/officer-register.js").OfficerRegister|null} register @param {{name: string, certificate_no: string, register?: string}} officer
 */
function resultOf(register, { name, certificate_no: number, register: result }) {
  const what = register?.wordsOf(result);
  if (!register || !what) return null;
  const row = register.finding(number, name)?.row;
  const detail = { registered: row && `有效期至 ${row.until}`, expired: row && `到 ${row.until} 为止`, other_agency: row && register.agencyOf(row), other_name: "这个证号是别人的" }[result];
  return { isGood: result === "registered", words: `名册核对：${what}${detail ? "，" + detail : ""}` };
}

function choice(register, row, onPick) {
  const words = `${row.number} · ${register.agencyOf(row)} · 至 ${row.until}`;
  const button = make("button", { type: "button", class: "list__row" },
    make("span", { class: "list__body" }, make("strong", {}, row.name), " ", make("span", { class: "soft" }, words)));
  button.addEventListener("click", onPick);
  return button;
}
