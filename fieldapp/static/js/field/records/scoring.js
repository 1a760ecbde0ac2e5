/** What a record would score, as the server will count it. Pure; only a preview, the server's number stands. */

import { itemsFor } from "./completeness.js";

const MIN_ANSWERED_WEIGHT = 30;
const BANDS = [
  { id: "excellent", label: "优秀", min: 90 }, { id: "good", label: "良好", min: 75 },
  { id: "pass", label: "合格", min: 60 }, { id: "fail", label: "不合格", min: 0 },
];

/**
 * What the record would score: 100 × weight of 是 ÷ weight of 是 and 否. `score` is null below the least answered
 * weight (then it is a record only); a critical 否 not corrected on the spot holds the band at 合格 at best.
 * @returns {{score: number|null, band: string|null, answeredWeight: number, minWeight: number, capped: boolean}}
 */
export function scoreOf(checklist, visit, answers) {
  const rules = checklist.scoring ?? {};
  const minWeight = rules.min_answered_weight ?? MIN_ANSWERED_WEIGHT;
  let yes = 0;
  let answeredWeight = 0;
  let critical = false;
  for (const item of itemsFor(checklist, visit)) {
    const answer = answers[item.code];
    if (answer?.value === "yes") yes += item.weight;
    if (answer?.value === "yes" || answer?.value === "no") answeredWeight += item.weight;
    if (answer?.value === "no" && item.critical && !answer.corrected_on_spot) critical = true;
  }
  if (answeredWeight === 0 || answeredWeight < minWeight) return { score: null, band: null, answeredWeight, minWeight, capped: false };
  const score = Math.round((10000 * yes) / answeredWeight) / 100;
  const bands = [...(rules.bands ?? BANDS)].sort((a, b) => b.min - a.min);
  const earned = bands.find((band) => yes * 100 >= band.min * answeredWeight) ?? bands[bands.length - 1];
  const cap = critical ? bands.find((band) => band.id === (rules.critical_cap ?? "pass")) : undefined;
  const band = cap && earned.min > cap.min ? cap : earned;
  return { score, band: band.label ?? band.title, answeredWeight, minWeight, capped: band !== earned };
}
