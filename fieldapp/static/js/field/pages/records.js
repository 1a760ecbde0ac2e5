/** 记录: what was returned first, then trouble, drafts, what is on its way, and what has arrived. */
import { need } from "../../lib/dom.js";
import { dayAndTime, until } from "../../lib/words.js";
import { onProgress, state } from "../sync/sync-status.js";
import { syncNow } from "../sync/sync-engine.js";
import { REACHES } from "../server/verdicts.js";
import { listEvidence } from "../evidence/evidence.js";
import { listRecords } from "../records/drafts.js";
import { hasUnsentWords, placeOf, SERVER_STATES } from "../records/record-states.js";
import { onChange } from "../storage/news.js";
import { summary } from "../records/outbox.js";
import { readPack } from "../session/pack.js";
import { onAction, placesOf } from "../parts/places.js";
import { recordRow, serverRow } from "../parts/record-row.js";
import { oneAtATime } from "../parts/redraw.js";

const GROUPS = ["returned", "trouble", "drafts", "waiting", "done"];

/** @param {HTMLElement} main */
export async function start(main) {
  const places = placesOf(main);
  const draw = oneAtATime(() => show(main, places, draw));
  onAction(main, "sync", async () => {
    places["sync-words"].textContent = "正在同步…";
    await syncNow();
    await draw();
  });
  onChange(draw);
  onProgress(() => { places["sync-words"].textContent = syncWords(state()); });
  await draw();
}

async function show(main, places, redraw) {
  const records = (await listRecords()).filter((record) => record.kind !== "binding" || hasUnsentWords(record));
  /** @type {Record<string, HTMLElement[]>} */
  const sorted = Object.fromEntries(GROUPS.map((group) => [group, []]));
  for (const record of records) {
    const evidence = await listEvidence(record.id);
    sorted[placeOf(record, evidence)].push(recordRow(record, evidence, redraw));
  }
  const elsewhere = await filedElsewhere(records);
  for (const { said, row } of elsewhere) sorted[SERVER_STATES[said.state]?.place ?? "done"].push(row);
  for (const group of GROUPS) {
    need(main, `[data-section="${group}"]`).hidden = sorted[group].length === 0;
    places[`${group}-count`].textContent = String(sorted[group].length);
    replaceKeepingOpen(places[group], sorted[group]);
  }
  places.none.hidden = records.length + elsewhere.length > 0;
  places["sync-words"].textContent = syncWords(state());
  const { held } = await summary();
  places.held.hidden = held.length === 0;
  places.held.textContent = held.map(({ name, count }) => `${name}有 ${count} 份记录保留在这部手机上，等本人登录后上传。`).join(" ");
}

/** What the server has of the user from another phone, or from before this one was cleaned. */
async function filedElsewhere(records) {
  const pack = await readPack();
  const here = new Set(records.map((record) => record.id));
  const visits = new Map((pack?.visits ?? []).map((visit) => [visit.id, visit]));
  return (pack?.records ?? []).filter((said) => !here.has(said.id) && said.kind !== "visit")
    .map((said) => ({ said, row: serverRow(said, visits.get(said.visit)) }));
}

/** A redraw during an upload must not fold what the supervisor has just unfolded. */
function replaceKeepingOpen(holder, rows) {
  const open = [...holder.querySelectorAll("details")].map((one) => one.open);
  holder.replaceChildren(...rows);
  holder.querySelectorAll("details").forEach((one, at) => { one.open = open[at] ?? false; });
}

function syncWords({ running, online, reach, lastOkAt, nextTryAt }) {
  if (running) return "正在同步…";
  const last = lastOkAt ? `上次成功 ${dayAndTime(lastOkAt)}` : "";
  const next = nextTryAt ? `下次自动重试 ${until(nextTryAt)}` : "";
  const away = online === false ? `${reach && reach !== "offline" ? REACHES[reach] : "当前离线"}，内容都保存在本机` : "";
  return [away, last, next].filter(Boolean).join(" · ");
}
