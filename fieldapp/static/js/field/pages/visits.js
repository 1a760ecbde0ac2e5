/** 监督: today's visits first, then the coming ones; the past 14 days folded. */
import { ago, day, weekday } from "../../lib/words.js";
import { agenda, allVisits, isTakenBack, toConfirm } from "../records/agenda.js";
import { listRecords } from "../records/drafts.js";
import { onChange } from "../storage/news.js";
import { summary } from "../records/outbox.js";
import { packAge, readPack } from "../session/pack.js";
import { placesOf } from "../parts/places.js";
import { oneAtATime } from "../parts/redraw.js";
import { visitCard } from "../parts/visit-card.js";

/** @param {HTMLElement} main */
export async function start(main) {
  const places = placesOf(main);
  const draw = oneAtATime(() => show(places));
  await draw();
  onChange(draw);
  addEventListener("pageshow", (event) => event.persisted && draw());
}

async function show(places) {
  const now = Date.now();
  const [pack, records, counts] = await Promise.all([readPack(), listRecords(), summary()]);
  const visits = allVisits(pack, records).filter((visit) => !isTakenBack(visit, records));
  const { today, coming, past } = agenda(visits, now);
  places.date.textContent = `${day(now)} ${weekday(now)}`;
  await list(places.today, today, records, { isToday: true });
  await list(places.coming, coming, records, { isToday: false });
  await list(places.past, past, records, { isToday: false });
  places["no-pack"].hidden = Boolean(pack);
  places["none-today"].hidden = !pack || today.length > 0;
  places["coming-section"].hidden = coming.length === 0;
  places["past-section"].hidden = past.length === 0;
  places["past-count"].textContent = String(past.length);
  const asked = toConfirm(pack, records).length;
  places["to-confirm"].hidden = !asked;
  places["to-confirm-words"].textContent = `有 ${asked} 份同组的记录待您确认`;
  places.returned.hidden = counts.returned === 0;
  places["returned-words"].textContent = `有 ${counts.returned} 份记录被退回，请先补充`;
  const age = await packAge();
  places.age.textContent = age === null ? "" : `监督安排更新于${ago(now - age)}`;
}

async function list(holder, visits, records, where) {
  holder.replaceChildren(...await Promise.all(visits.map((visit) => visitCard(visit, records, where))));
}
