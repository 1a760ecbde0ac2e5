/** A legal basis as a line: 待核 where nobody has held it against its source, the article's own words where they are stored. */

import { make } from "../../lib/dom.js";

/**
 * @param {{law: string, article?: string, verified: boolean, texts?: {name: string, text: string}[]}} basis
 * @returns {HTMLLIElement}
 */
export function citation(basis) {
  const row = make("li", {}, `${basis.law} ${basis.article ?? ""} `);
  if (!basis.verified) row.append(make("span", { class: "tag tag--unverified" }, "待核"));
  if (basis.texts?.length) row.append(fold(basis.texts));
  return row;
}

function fold(texts) {
  const lines = texts.flatMap(({ name, text }) => [make("p", { class: "strong" }, name), ...text.split("\n").map((line) => make("p", {}, line))]);
  return make("details", { class: "fold" }, make("summary", {}, "看原文"), make("div", { class: "stack stack--tight" }, ...lines));
}
