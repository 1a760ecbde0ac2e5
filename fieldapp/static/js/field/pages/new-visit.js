/** 临时监督: a visit of one's own, begun without network. */
import { rfc3339 } from "../../lib/words.js";
import { currentVersion, groupsOf, visitOf } from "../records/agenda.js";
import { newRecord } from "../records/drafts.js";
import { checklistFor, readPack } from "../session/pack.js";
import { NOT_ALLOWED, watchPlace } from "../evidence/place.js";
import { trueNow } from "../server/clock.js";
import { agencySearch } from "../parts/agency-search.js";
import { howToAllow } from "../parts/allowing.js";
import { say } from "../parts/ask.js";
import { choices } from "../parts/choices.js";
import { leaveTo } from "../parts/leaving.js";
import { keepForm, keptForm } from "../parts/new-visit-draft.js";
import { onAction, placesOf } from "../parts/places.js";

const NEEDED = [["mode", "监督方式"], ["domain", "领域"], ["agency", "行政执法机关"], ["place", "地点"]];

/** @param {HTMLElement} main */
export async function start(main) {
  /** @type {Places<{agency: HTMLInputElement, place: HTMLInputElement, matter: HTMLInputElement}>} */
  const places = placesOf(main);
  const [pack, kept] = await Promise.all([readPack(), keptForm()]);
  const form = kept ?? { mode: "on_site", domain: "", agency: { id: null, name: "" }, place: "", matter: "",
    group: groupsOf(pack)[0]?.id ?? null, locality: null };
  const change = (name, value) => {
    form[name] = value;
    if (places[`${name}-error`] && isFilled(form, name)) places[`${name}-error`].hidden = true;
    return keepForm(form);
  };
  const version = currentVersion(pack);
  const titled = (list) => (list ?? []).map((one) => [one.id, one.title]);
  places["no-pack"].hidden = Boolean(pack);

  choices(places.modes, titled(version?.modes), { value: form.mode, onChange: (id) => change("mode", id) });
  choices(places.domains, titled(version?.domains), {
    value: form.domain || null,
    onChange: async (id) => { await change("domain", id); agency.refresh(); },
  });
  const named = (list) => (list ?? []).map((one) => [one.id, one.name]);
  select(places.group, [["", "不属于工作组"], ...named(groupsOf(pack))], form.group, (id) => change("group", id));
  select(places.locality, [["", "未选"], ...named(pack?.localities)], form.locality, (id) => change("locality", id));
  const agency = agencySearch({
    input: places.agency, list: places.found, agencies: pack?.agencies ?? [], domain: () => form.domain,
    onChange: (picked) => change("agency", picked),
  });
  places.agency.value = form.agency.name;
  for (const name of /** @type {const} */ (["place", "matter"])) {
    places[name].value = form[name];
    places[name].addEventListener("input", () => change(name, places[name].value.trim()));
  }
  onAction(main, "locate", () => locate(places));
  onAction(document, "begin", () => begin(places, form, pack));
}

function isFilled(form, name) {
  return Boolean(name === "agency" ? form.agency.name : form[name]);
}

function select(element, options, value, onChange) {
  element.replaceChildren(...options.map(([id, words]) => new Option(words, id, false, id === (value ?? ""))));
  element.addEventListener("change", () => onChange(element.value || null));
}

async function locate(places) {
  places["place-words"].textContent = "正在定位，最多 20 秒；也可以直接填写…";
  const fix = await watchPlace();
  if (fix.reason || fix.latitude === undefined) {
    const reason = fix.reason ?? "原因不明";
    places["place-words"].textContent = `没有定位成功（${reason}）。请填写地点，不影响记录。${reason === NOT_ALLOWED ? howToAllow("位置") : ""}`;
    return;
  }
  places["place-words"].textContent = `已定位（±${Math.round(fix.accuracy ?? 0)} 米），开始记录时记下。地点请写地址或店名。`;
}

async function begin(places, form, pack) {
  const gaps = NEEDED.filter(([name]) => !isFilled(form, name));
  for (const [name] of NEEDED) {
    places[`${name}-error`].hidden = !gaps.some(([gap]) => gap === name);
  }
  if (gaps.length) {
    say(`还缺：${gaps.map(([, words]) => words).join("、")}`);
    places[`${gaps[0][0]}-error`].scrollIntoView({ block: "center" });
    return;
  }
  const agency = form.agency.id ? form.agency : { name: form.agency.name };
  const record = await newRecord("visit", { body: { ...form, agency, starts_at: rfc3339(trueNow()) } });
  await keepForm(null);
  const visit = visitOf(record, pack);
  const checklist = await checklistFor(visit);
  if (!checklist) return void leaveTo(`/field/visit?id=${visit.id}`, { replace: true });
  const { id } = await newRecord("observation", { visit, checklist }); // who has said 开始 once is not asked again
  leaveTo(`/field/record?id=${id}`, { replace: true });
}
