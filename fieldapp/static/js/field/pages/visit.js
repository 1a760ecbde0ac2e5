/** One visit: its facts, the own record, interviews, who comes along and who has filed. */
import { clone, fill, make, need } from "../../lib/dom.js";
import { moment } from "../../lib/words.js";
import { allVisits, recordsOf, toConfirm } from "../records/agenda.js";
import { listEvidence } from "../evidence/evidence.js";
import { cancelVisit, draftsToGo } from "../records/cancelling.js";
import { forgetBlanks, listRecords, newRecord } from "../records/drafts.js";
import { blankInterview } from "../records/interview-form.js";
import { onChange } from "../storage/news.js";
import { brought } from "../storage/packs.js";
import { checklistFor, readPack } from "../session/pack.js";
import { currentUser } from "../session/session.js";
import { shownAt } from "../session/slips.js";
import { reasonFor, say } from "../parts/ask.js";
import { leaveTo } from "../parts/leaving.js";
import { idInQuery, onAction, placesOf } from "../parts/places.js";
import { oneAtATime } from "../parts/redraw.js";
import { recordRow, serverRow } from "../parts/record-row.js";
import { pageOf, pageOfSaid } from "../parts/record-state.js";

/** @param {HTMLElement} main */
export async function start(main) {
  const id = idInQuery();
  const places = placesOf(main);
  const find = async () => {
    const [pack, records, user] = await Promise.all([readPack(), listRecords(), currentUser()]);
    return { records, user, pack, said: pack?.records ?? [], visit: allVisits(pack, records).find((visit) => visit.id === id) };
  };
  const draw = oneAtATime(async () => show(places, await find(), draw));
  onAction(main, "record", async () => open(await find(), "observation"));
  onAction(main, "interview", async () => open(await find(), "interview"));
  onAction(main, "brief", async () => {
    const [{ visit }, module] = await Promise.all([find(), brought(import("../parts/brief.js"), "parts/brief.js").catch((error) => error)]);
    if (module instanceof Error) say(/** @type {any} */ (module).words ?? module.message, { danger: true });
    else if (visit) await module.brief(visit);
  });
  onAction(main, "cancel", async () => cancel(id, (await find()).records));
  onChange(draw);
  await draw();
}

async function show(places, { visit, records, said, user, pack }, redraw) {
  places.unknown.hidden = Boolean(visit);
  places.body.hidden = !visit;
  if (!visit) return;
  places.agency.textContent = visit.agency.name;
  places.cancelled.hidden = !visit.cancelled;
  places.cancel.hidden = !draftsToGo(records, visit.id);
  places["only-here"].hidden = !visit.onlyHere;
  places.facts.replaceChildren(...facts(visit, pack?.user).flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]));
  const mine = recordsOf(records, visit.id, "observation");
  places.records.replaceChildren(...await rows(mine, redraw));
  places.records.hidden = mine.length === 0;
  const there = said.filter((one) => one.visit === visit.id && !records.some((record) => record.id === one.id));
  const [own] = there.filter((one) => one.kind === "observation" && mine.length === 0);
  const elsewhere = Boolean(own) || filedElsewhere(visit, mine, user);
  places["filed-elsewhere"].hidden = !elsewhere;
  const draft = mine.find((record) => record.state === "draft");
  places.continue.hidden = !draft && !own;
  if (draft || own) places.continue.href = draft ? pageOf(draft) : pageOfSaid(own);
  fill(places.continue, { "continue-words": draft || own?.state === "draft" ? "继续记录" : "查看记录" });
  need(places.actions, '[data-action="record"]').hidden = mine.length > 0 || visit.cancelled || elsewhere;
  places["rating-code"].href = `/field/slip?visit=${encodeURIComponent(visit.id)}`;
  places["rating-code"].hidden = Boolean(visit.cancelled);
  const shown = (await shownAt(visit.id)).length;
  places["slips-shown"].hidden = shown === 0;
  places["slips-shown"].textContent = `已出示评价码 ${shown} 张`;
  places["to-confirm"].hidden = !toConfirm(pack, records).some((one) => one.visit === visit.id);
  places.handbook.href = `/field/guide?domain=${visit.domain}&mode=${visit.mode}`;
  const interviews = recordsOf(records, visit.id, "interview");
  const more = there.filter((one) => one.kind === "interview");
  places["interviews-section"].hidden = interviews.length + more.length === 0;
  places.interviews.replaceChildren(...await rows(interviews, redraw), ...more.map((one) => serverRow(one)));
  showMembers(places, visit);
}

/** The user's own record of this visit that this phone does not hold: filed with another phone. */
function filedElsewhere(visit, mine, user) {
  return mine.length === 0 && (visit.filed ?? []).some((one) => one.author.id === user?.id);
}

function facts(visit, me) {
  return [
    // of a visit that the server does not know yet, what can be said here
    ["请注意", (visit.cautions ?? [me?.own_agencies?.[visit.agency.id], ...me?.cautions ?? []]).join("")],
    ["时间", moment(visit.starts_at)], ["地点", visit.place], ["方式", visit.mode_label], ["领域", visit.domain_label],
    ["执法事项", visit.matter], ["任务来源", visit.source_label], ["区镇", visit.locality?.name],
    ["监督工作组", visit.group?.name], ["组长", visit.group?.lead?.name],
  ].filter(([, value]) => value);
}

function rows(records, redraw) {
  return Promise.all(records.map(async (record) => recordRow(record, await listEvidence(record.id), redraw, { inVisit: true })));
}

function showMembers(places, visit) {
  const members = visit.group?.members ?? [];
  const filed = new Map((visit.filed ?? []).map((one) => [one.author.id, one.state]));
  places["group-section"].hidden = members.length === 0;
  places.members.replaceChildren(...members.map((member) => fill(clone("member-row"), {
    name: member.name,
    origin: member.origin_label,
    filed: filed.has(member.id) ? { draft: "正在记录", returned: "被退回" }[filed.get(member.id)] ?? "已提交" : "",
  })));
}

async function cancel(id, records) {
  const drafts = draftsToGo(records, id)?.length;
  const reason = await reasonFor({
    title: "取消这次临时监督？", yes: "取消这次监督",
    words: (drafts ? `您的 ${drafts} 份草稿一并作废。` : "") + "它从您和同组人的列表里消失，服务器上留痕。没有网络时，联网后送到。有人提交过记录的，取消不了。",
  });
  if (reason === null) return;
  await cancelVisit(records, id, reason).catch((error) => { say(error.message, { danger: true }); throw error; });
  leaveTo("/field/", { replace: true });
}

async function open({ visit }, kind) {
  const body = kind === "interview" ? blankInterview(visit.id) : undefined;
  const checklist = kind === "observation" ? await checklistFor(visit) : undefined;
  const blank = kind === "interview"; // opened to look: a draft from the first word on
  if (blank) await forgetBlanks();
  const record = await newRecord(kind, { visit, checklist, body, blank });
  leaveTo(`/field/${kind === "interview" ? "interview" : "record"}?id=${record.id}`);
}
