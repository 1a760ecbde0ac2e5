/** 事后补录: a record that was not made at the scene says so, and why. */

/**
 * @param {{tick: HTMLInputElement, field: HTMLElement, reason: HTMLTextAreaElement}} places
 * @param {import("./open-record.js").OpenRecord} open
 * @returns {{update: () => void}}
 */
export function lateEntry({ tick, field, reason }, open) {
  tick.addEventListener("change", () => {
    const { checked } = tick;
    open.change((body) => {
      if (checked) body.late_entry ??= { reason: reason.value };
      else delete body.late_entry;
    });
    if (checked) reason.focus();
  });
  open.type(reason, (body, value) => {
    if (body.late_entry) body.late_entry = { reason: value };
  });
  return {
    update() {
      const late = open.body.late_entry;
      tick.checked = Boolean(late);
      tick.disabled = !open.isEditable;
      field.hidden = !late;
      reason.readOnly = !open.isEditable;
      if (document.activeElement !== reason) reason.value = late?.reason ?? "";
    },
  };
}
