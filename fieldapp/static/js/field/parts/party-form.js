/** 当事人: kind and 代号 by default; a real name only when it is needed, with the notice above it. */

import { mintSalt } from "../../lib/ids.js";

/**
 * Binds the fields of the party under `root`.
 * @param {HTMLElement} root with [name=party-kind] radios and [data-party=name|contact] fields
 * @param {import("./open-record.js").OpenRecord} open
 * @returns {{update: () => void}}
 */
export function partyForm(root, open) {
  const salt = open.body.party?.salt ?? mintSalt();
  const kinds = /** @type {HTMLInputElement[]} */ ([...root.querySelectorAll('[name="party-kind"]')]);
  const fields = /** @type {HTMLInputElement[]} */ ([...root.querySelectorAll("[data-party]")]);

  function partyOf(body) {
    body.party ??= { kind: "enterprise", name: "", contact: "", salt };
    return body.party;
  }

  for (const kind of kinds) {
    kind.addEventListener("change", () => {
      const { value } = kind;
      open.change((body) => { partyOf(body).kind = value; });
    });
  }
  for (const field of fields) {
    const name = field.dataset.party ?? "";
    field.value = open.body.party?.[name] ?? "";
    open.type(field, (body, value) => { partyOf(body)[name] = value.trim(); });
  }

  return {
    update() {
      const party = open.body.party;
      for (const kind of kinds) {
        kind.checked = kind.value === party?.kind;
        kind.disabled = !open.isEditable;
      }
      for (const field of fields) {
        field.readOnly = !open.isEditable;
        if (document.activeElement !== field) field.value = party?.[field.dataset.party ?? ""] ?? "";
      }
    },
  };
}
