/** 执法人员: several, each with name and number. A row that is still empty is not filed. */

import { clone, need } from "../../lib/dom.js";

/**
 * Shows the officers in `holder`; `addButton` adds one more row.
 * @param {HTMLElement} holder
 * @param {HTMLButtonElement} addButton
 * @param {import("./open-record.js").OpenRecord} open
 * @returns {{update: () => void}}
 */
export function officers(holder, addButton, open) {
  const rows = [];

  /** What the rows say, without the empty ones. */
  function read() {
    return rows
      .map(({ name, number }) => ({ name: name.value.trim(), certificate_no: number.value.trim() }))
      .filter((officer) => officer.name || officer.certificate_no);
  }

  function addRow(officer = { name: "", certificate_no: "" }) {
    const element = clone("officer-row");
    const [name, number] = element.querySelectorAll("input");
    const place = rows.length + 1;
    [name, number].forEach((field, at) => {
      field.id = `officer-${at}-${place}`;
      /** @type {HTMLLabelElement} */ (field.previousElementSibling).htmlFor = field.id;
      open.type(field, (body) => { body.officers = read(); });
    });
    name.value = officer.name;
    number.value = officer.certificate_no ?? "";
    const row = { element, name, number };
    need(element, '[data-action="remove"]').addEventListener("click", () => {
      rows.splice(rows.indexOf(row), 1);
      element.remove();
      open.change((body) => { body.officers = read(); });
    });
    rows.push(row);
    holder.append(element);
    return row;
  }

  for (const officer of open.body.officers ?? []) addRow(officer);
  if (rows.length === 0) addRow();
  addButton.addEventListener("click", () => addRow().name.focus());

  return {
    update() {
      for (const field of holder.querySelectorAll("input")) field.readOnly = !open.isEditable;
      for (const button of [addButton, ...holder.querySelectorAll("button")]) button.hidden = !open.isEditable;
    },
  };
}
