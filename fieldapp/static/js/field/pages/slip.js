/** 出示评价码: one slip for one person, as bright as the screen can be. The citizen scans it with a phone of their own. */

import { moment, timeOfDay } from "../../lib/words.js";
import { allVisits } from "../agenda.js";
import { state, syncNow } from "../courier.js";
import { listRecords } from "../drafts.js";
import { onChange, wordsFor } from "../outbox.js";
import { readPack } from "../pack.js";
import { shownAt, stock, takeSlip } from "../slips.js";
import { confirmed } from "../parts/ask.js";
import { onAction, placesOf } from "../parts/places.js";
import { oneAtATime } from "../parts/redraw.js";
import { keepScreenOn } from "../parts/slip-screen.js";
import { pictureOf } from "../parts/svg-picture.js";

/** @param {HTMLElement} main */
export async function start(main) {
  const bar = document.querySelector(".bottom-bar");
  const places = { ...placesOf(main), ...placesOf(bar) };
  const visitId = new URLSearchParams(location.search).get("visit");
  document.querySelector("[data-back]").href = `/field/visit?id=${encodeURIComponent(visitId)}`;
  const find = async () => {
    const [pack, records] = await Promise.all([readPack(), listRecords()]);
    return allVisits(pack, records).find((visit) => visit.id === visitId);
  };
  const visit = await find();
  places.unknown.hidden = Boolean(visit);
  bar.hidden = !visit;
  if (!visit) return;
  const draw = oneAtATime(() => show(places, visit));
  onAction(document, "next", async () => { if (await wantsNext(places)) await showNext(visit, draw); });
  onAction(main, "sync", async () => { await syncNow(); await showNext(visit, draw); });
  onChange(async ({ type }) => {
    if (type === "pack" && !(await shownHere(visit))) await showNext(visit, draw);
    else if (type === "record" || type === "pack") await draw();
  });
  if (await shownHere(visit)) await draw();
  else await showNext(visit, draw);
  keepScreenOn();
}

/**
 * The slip of this showing. Which one it is stands in the history entry of the page, so that a reload or coming back shows the same
 * one and uses up no other.
 */
async function shownHere(visit) {
  const shown = await shownAt(visit.id);
  return shown.find((binding) => binding.id === history.state?.slip);
}

async function showNext(visit, draw) {
  const binding = await takeSlip(visit);
  if (binding) history.replaceState({ slip: binding.id }, "");
  await draw();
}

async function wantsNext(places) {
  if (places.body.hidden) return true;
  return confirmed({ title: "换下一张评价码？", words: "这张已经有人扫过，或另一位要评价时才换。一张码只能评一次。", yes: "换下一张", no: "不换" });
}

async function show(places, visit) {
  const [binding, left, shown] = await Promise.all([shownHere(visit), stock(), shownAt(visit.id)]);
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
  places.standing.textContent = `${timeOfDay(binding.createdAt)} ${wordsFor(binding)}${trouble}`;
  places.standing.classList.toggle("danger", Boolean(trouble));
}
