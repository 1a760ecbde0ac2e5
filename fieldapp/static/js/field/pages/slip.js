/** 出示评价码: one slip for one person, as bright as the screen can be. The citizen scans it with a phone of their own. */

import { clone, need } from "../../lib/dom.js";
import { moment, timeOfDay } from "../../lib/words.js";
import { allVisits } from "../records/agenda.js";
import { state } from "../sync/sync-status.js";
import { syncNow } from "../sync/sync-engine.js";
import { listRecords } from "../records/drafts.js";
import { onChange } from "../storage/news.js";
import { wordsFor } from "../records/record-states.js";
import { readPack } from "../session/pack.js";
import { shownAt, shownLast, stock, takeSlip } from "../session/slips.js";
import { closed } from "../parts/ask.js";
import { onAction, placesOf } from "../parts/places.js";
import { oneAtATime } from "../parts/redraw.js";
import { keepScreenOn } from "../parts/slip-screen.js";
import { pictureOf } from "../parts/svg-picture.js";

/** @param {HTMLElement} main */
export async function start(main) {
  const bar = need(document, ".bottom-bar");
  const places = { ...placesOf(main), ...placesOf(bar) };
  const visitId = new URLSearchParams(location.search).get("visit") ?? "";
  /** @type {HTMLAnchorElement} */ (need(document, "[data-back]")).href = `/field/visit?id=${encodeURIComponent(visitId)}`;
  const find = async () => {
    const [pack, records] = await Promise.all([readPack(), listRecords()]);
    return allVisits(pack, records).find((visit) => visit.id === visitId);
  };
  const visit = await find();
  places.unknown.hidden = Boolean(visit);
  bar.hidden = !visit;
  if (!visit) return;
  const draw = oneAtATime(() => show(places, visit));
  onAction(document, "next", async () => {
    const why = await whyAnother();
    if (why) await showNext(visit, draw, why);
  });
  onAction(main, "sync", async () => { await syncNow(); await showNext(visit, draw); });
  onChange(async ({ type }) => {
    if (type === "pack" && !(await shownLast(visit.id))) await showNext(visit, draw);
    else if (type === "record" || type === "pack") await draw();
  });
  await showNext(visit, draw);
  keepScreenOn();
}

async function showNext(visit, draw, why) {
  await takeSlip(visit, why);
  await draw();
}

/** Why the slip that is shown will not do; "" when it stays. One slip is one person's, and the reason is shown beside the new one. */
async function whyAnother() {
  const answer = await closed(clone("slip-reason"));
  return answer === "no" ? "" : answer;
}

async function show(places, visit) {
  const [binding, left, shown] = await Promise.all([shownLast(visit.id), stock(), shownAt(visit.id)]);
  places.body.hidden = !binding;
  places.empty.hidden = Boolean(binding);
  places.next.hidden = !binding;
  places.left.textContent = `本次已出示 ${shown.length} 张 · 本机还有 ${left.length} 张${left.length === 0 ? "，联网同步后自动补充" : ""}`;
  places.sync.hidden = state().online === false;
  if (!binding) return;
  places.agency.textContent = visit.agency.name;
  places.when.textContent = moment(visit.starts_at);
  if (places.qr.dataset.slip !== binding.id) {
    Object.assign(places.qr, { src: pictureOf(binding.slip.qr_svg), alt: `评价码 ${binding.slip.number} 的二维码` });
    places.qr.dataset.slip = binding.id;
  }
  places.number.textContent = binding.slip.number;
  const trouble = binding.refusal && binding.state !== "receipted" ? `:${binding.refusal.title}` : "";
  const why = binding.why ? ` · ${binding.why}` : "";
  places.standing.textContent = `${timeOfDay(binding.createdAt)} ${wordsFor(binding)}${trouble}${why}`;
  places.standing.classList.toggle("danger", Boolean(trouble));
}
