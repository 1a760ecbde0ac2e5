/** Fields that are one place of the body each: `[data-path="respondent.name"]`. */

/**
 * @param {HTMLElement} root
 * @param {import("./open-record.js").OpenRecord} open
 * @returns {{update: () => void}}
 */
export function bindFields(root, open) {
  const fields = /** @type {(HTMLInputElement|(HTMLTextAreaElement & {checked?: boolean}))[]} */ ([...root.querySelectorAll("[data-path]")]);
  for (const field of fields) {
    const { path } = field.dataset;
    if (field.type === "checkbox") {
      field.addEventListener("change", () => open.change((body) => write(body, path, field.checked)));
    } else {
      open.type(field, (body, value) => write(body, path, value));
    }
  }
  return {
    update() {
      for (const field of fields) {
        const value = read(open.body, field.dataset.path);
        if (field.type === "checkbox") field.checked = Boolean(value);
        else if (document.activeElement !== field) field.value = value ?? "";
      }
    },
  };
}

function read(body, path) {
  return path.split(".").reduce((place, key) => place?.[key], body);
}

function write(body, path, value) {
  const keys = path.split(".");
  const last = keys.pop();
  const place = keys.reduce((inner, key) => { inner[key] ??= {}; return inner[key]; }, body);
  place[last] = value;
}
