/** 待我确认: records by others of the same visits; one of them to read, to confirm, or to say where it was otherwise. */

import { icon, make, need } from "../../lib/dom.js";
import { moment, unended } from "../../lib/words.js";
import { beginConfirming, checkCode, draftOf, nameWords, saidOf, withoutReason } from "../records/confirming.js";
import { changeRecord, listRecords, submitRecord } from "../records/drafts.js";
import { wordsFor } from "../records/record-states.js";
import { readPack } from "../session/pack.js";
import { onChange } from "../storage/news.js";
import { syncNow } from "../sync/sync-engine.js";
import { askedRecord } from "../parts/asked-record.js";
import { say } from "../parts/ask.js";
import { openRecord } from "../parts/opened.js";
import { idInQuery } from "../parts/places.js";
import { oneAtATime } from "../parts/redraw.js";
import { showAsked } from "../parts/asked-list.js";

/** @param {HTMLElement} main */
export async function start(main) {
  const id = idInQuery();
  if (id) /** @type {HTMLAnchorElement} */ (need(document, "[data-back]")).href = "/field/confirm";
  let drawn = "";
  const draw = oneAtATime(async () => {
    const [pack, records] = await Promise.all([readPack(), listRecords()]);
    const row = (pack?.to_confirm ?? []).find((one) => one.id === id);
    const said = row ? saidOf(row, records) : records.find((one) => one.kind === "confirmation" && one.body.observation === id && one.state !== "draft");
    if (!id) return showAsked(main, pack, records);
    const state = said && wordsFor(said);
    const now = [row?.digest, said?.id, state, said?.refusal?.title].join();
    if (now === drawn) return undefined; // what is being typed is not drawn anew
    drawn = now;
    if (said) return showSaid(main, said, state);
    return row ? showRow(main, row, pack, records, draw) : showNotHere(main, pack, id);
  });
  onChange(draw);
  await draw();
}

function showSaid(main, said, state) {
  const many = said.body.deviations?.length ?? 0;
  main.replaceChildren(make("section", { class: "card stack center" },
    make("h2", {}, many ? `已提交 ${many} 处不同意见` : "已确认"), make("p", { role: "status" }, `${said.visit?.agency?.name ?? ""} · 第 ${said.body.observation_revision} 版 · ${state}`),
    ...(said.refusal ? [make("p", { class: "notice notice--danger" }, unended(said.refusal.title))] : []),
    make("p", { class: "soft" }, "记录重新提交的，会再请您确认一次。"), make("a", { class: "button button--block", href: "/field/confirm" }, "回到待我确认")));
}

function showNotHere(main, pack, id) {
  const done = (pack?.confirmed ?? []).find((one) => one.observation === id && one.mine);
  const words = done ? "您已经确认过这条记录。" : "这条记录还没有到这部手机";
  const why = done ? `${moment(done.at)} 确认了第 ${done.revision} 版。` : "等记录人提交并联网、这部手机也联网同步一次，它就在这里。记录人本人、不在这次活动监督组里的人看不到。";
  const sync = make("button", { class: "button button--primary", type: "button" }, "立即同步");
  sync.addEventListener("click", () => syncNow());
  main.replaceChildren(make("div", { class: "card empty" }, icon("empty"), make("p", { class: "empty__title" }, words), make("p", {}, why), make("p", {}, sync)));
}

/** Whether what the author's phone showed is what the server has. */
function comparison(row) {
  const query = new URLSearchParams(location.search);
  const digest = query.get("digest");
  if (!digest) return [];
  if (digest === row.digest) return [make("p", { class: "notice notice--success" }, "与记录人手机上的二维码一致。")];
  return [make("p", { class: "notice notice--warning", role: "alert" },
    `二维码里是第 ${query.get("revision") ?? "?"} 版（核对码 ${checkCode(digest)}），服务器上是第 ${row.revision} 版（核对码 ${checkCode(row.digest)}），内容不同。您确认的是下面这一版，请先和记录人核对。`)];
}

async function showRow(main, row, pack, records, redraw) {
  const draft = draftOf(row.id, records);
  let open = draft ? await openRecord(draft.id, "confirmation") : null;
  const begin = async () => {
    open ??= await openRecord((await beginConfirming(row, pack)).id, "confirmation");
    if (!open) throw new Error("a draft that was just made is not here");
    return open;
  };
  const submit = make("button", { type: "button", class: "button button--primary button--block" });
  const changed = () => {
    record.update();
    const many = open?.body.deviations?.length ?? 0;
    submit.textContent = many ? `提交 ${many} 处不同意见` : "确认属实";
  };
  const record = askedRecord(row, pack, { open: () => open, begin, changed });
  submit.addEventListener("click", () => file(row, begin, submit).then(redraw));
  main.replaceChildren(...comparison(row),
    ...(row.again ? [make("p", { class: "notice notice--info" }, "您确认过以前的一版；记录改过，请再确认。")] : []), ...record.elements,
    make("section", { class: "card stack stack--tight" }, make("p", { class: "soft" }, "点下面的按钮即表示：您参加了这次监督，看过以上内容。确认后不能改；没有网络也可以确认，联网后送到。"), submit));
  changed();
}

async function file(row, begin, button) {
  button.disabled = true;
  try {
    const open = await begin();
    await open.flush();
    const [code] = withoutReason(open.body);
    if (code) {
      say(`${code} 请写明哪里不一致。`, { danger: true });
      document.getElementById(`reason-${code}`)?.focus();
      return;
    }
    await changeRecord(open.id, (body) => nameWords(body, row));
    await submitRecord(open.id);
    syncNow().catch(() => undefined);
  } catch (error) {
    say(error.message, { danger: true });
  } finally {
    button.disabled = false;
  }
}
