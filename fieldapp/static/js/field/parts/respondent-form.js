/** 受访人: of age or not asked at all, who in relation to the matter, anonymous until wanted otherwise, how it was conducted, callback. */
import { KINDS, WAYS } from "../records/interview-form.js";
import { bindFields } from "./bound-fields.js";
import { choices } from "./choices.js";

const AGES = [[true, "已成年"], [false, "未成年"]];

/**
 * @param {Record<string, HTMLElement>} places age-chips, minor, kinds, ways, who, name, callback, contact, questions, signature
 * @param {import("./open-record.js").OpenRecord} open
 * @returns {{update: () => void}}
 */
export function respondentForm(places, open) {
  const pick = (holder, options, write) => choices(holder, options, { onChange: (id) => open.change((body) => write(body, id)) });
  const ages = pick(places["age-chips"], AGES, (body, id) => { body.is_adult = id; });
  const kinds = pick(places.kinds, KINDS, (body, id) => { body.respondent.kind = id; });
  const ways = pick(places.ways, WAYS, (body, id) => { body.conducted = id; });
  const who = bindFields(places.who, open);
  const callback = bindFields(places.callback, open);
  return {
    update() {
      const { body } = open;
      ages.set(body.is_adult);
      kinds.set(body.respondent.kind);
      ways.set(body.conducted);
      who.update();
      callback.update();
      places.minor.hidden = body.is_adult !== false;
      places.name.hidden = body.anonymous;
      places.contact.hidden = !body.callback;
      for (const name of ["questions", "callback", "signature"]) places[name].hidden = body.is_adult !== true;
    },
  };
}
