/** Text fields that are one field of the body each: `[data-path=summary]`. */

const pathOf = (field) => field.dataset.path ?? "";

/**
 * @param {HTMLElement} root
 * @param {import("./open-record.js").OpenRecord} open
 * @returns {{update: () => void}}
 */
export function bindText(root, open) {
  const fields = /** @type {(HTMLInputElement|HTMLTextAreaElement)[]} */ ([...root.querySelectorAll("[data-path]")]);
  for (const field of fields) {
    open.type(field, (body, value) => { body[pathOf(field)] = value; });
  }
  return {
    update() {
      for (const field of fields) {
        field.readOnly = !open.isEditable;
        if (document.activeElement !== field) field.value = open.body[pathOf(field)] ?? "";
      }
    },
  };
}
