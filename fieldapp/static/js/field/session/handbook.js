/**
 * Finding items of a checklist: filters and full text in Chinese, offline. Pure.
 *
 * @typedef {{query?: string, domain?: string, mode?: string, stage?: string}} Wish
 */

import { folded } from "../records/folding.js";

const FIELDS = ["code", "title", "question", "na_hint", "photo_hint"];

/**
 * The categories with those of their items that fit the wish; categories without any are left out.
 * Words in the query are separated by spaces; each must occur somewhere in the item.
 * @param {Checklist} version
 * @param {Wish} wish
 * @returns {Array<{code: string, title: string, items: ChecklistItem[]}>}
 */
export function findItems(version, wish) {
  const words = (wish.query ?? "").split(/\s+/).map(folded).filter(Boolean);
  return version.categories
    .map((category) => ({
      ...category,
      items: [...category.items, ...(category.optional_items ?? [])].filter((item) => fits(item, wish) && holds(textOf(item, category), words)),
    }))
    .filter((category) => category.items.length > 0);
}

/**
 * The law and article as one line; 待核 is never left out.
 * @param {{law: string, article: string, verified: boolean}} basis
 */
export function basisWords(basis) {
  return `${basis.law} ${basis.article ?? ""}`.trim();
}

/** @param {any} item @param {Wish} wish */
function fits(item, { domain, mode, stage }) {
  return (!domain || !item.domains?.length || item.domains.includes(domain))
    && (!mode || item.modes.includes(mode))
    && (!stage || item.stage === stage);
}

function holds(text, words) {
  return words.every((word) => text.includes(word));
}

function textOf(item, category) {
  const parts = FIELDS.map((field) => item[field] ?? "");
  parts.push(category.title, ...(item.guidance ?? []), ...Object.values(item.domain_notes ?? {}));
  parts.push(...(item.basis ?? []).map(basisWords));
  return parts.map(folded).join("\n");
}
