/**
 * Text fields that write themselves into a record: 300 ms after the last key, at once when the field or the page is left.
 */
const PAUSE_MS = 300;

/**
 * Each `[data-path="respondent.name"]` under `root` shows and changes that place of the body.
 * @param {HTMLElement} root
 * @param {object} body what the fields show first
 * @param {(change: (body: object) => void) => Promise<unknown>} save
 */
export function bindFields(root, body, save) {
  const pending = new Map();
  let timer = 0;

  const flush = () => {
    clearTimeout(timer);
    if (pending.size === 0) return;
    const changes = [...pending];
    pending.clear();
    save((stored) => changes.forEach(([path, value]) => write(stored, path, value)));
  };

  for (const field of root.querySelectorAll("[data-path]")) {
    const path = field.dataset.path;
    const value = read(body, path);
    if (field.type === "checkbox") field.checked = Boolean(value);
    else field.value = value ?? "";
    field.addEventListener("input", () => {
      pending.set(path, field.type === "checkbox" ? field.checked : field.value);
      clearTimeout(timer);
      timer = setTimeout(flush, PAUSE_MS);
    });
    field.addEventListener("change", flush);
  }
  addEventListener("pagehide", flush);
  document.addEventListener("visibilitychange", flush);
  return { flush };
}

/** @param {object} body @param {string} path keys joined by dots */
export function read(body, path) {
  return path.split(".").reduce((place, key) => place?.[key], body);
}

function write(body, path, value) {
  const keys = path.split(".");
  const last = keys.pop();
  const place = keys.reduce((inner, key) => (inner[key] ??= {}), body);
  place[last] = value;
}
