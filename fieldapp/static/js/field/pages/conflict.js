/** Two versions of one record: shown side by side, and a person chooses. The other one is kept as well. */

import { clone, fill, make, need } from "../../lib/dom.js";
import { moment } from "../../lib/words.js";
import { answerWord, differences } from "../records/comparing.js";
import { settleConflict } from "../records/conflicts.js";
import { syncNow } from "../sync/sync-engine.js";
import { confirmed, say } from "../parts/ask.js";
import { showFacts } from "../parts/facts.js";
import { onAction, placesOf } from "../parts/places.js";
import { go } from "../parts/views.js";

/** @param {HTMLElement} main @param {import("../parts/views.js").Shown} shown */
export async function start(main, { open }) {
  const places = placesOf(main);
  const bar = need(document, ".bottom-bar");
  const conflict = open?.record.state === "conflict" ? open.record.conflict : null;
  places.unknown.hidden = Boolean(conflict);
  places.body.hidden = !conflict;
  bar.hidden = !conflict;
  if (!open || !conflict) return;
  show(places, open, conflict.stored);
  need(bar, '[data-action="theirs"]').hidden = !conflict.stored;
  const isFiled = ["submitted", "approved"].includes(conflict.stored?.state);
  need(bar, '[data-action="mine"]').hidden = isFiled;
  if (isFiled) {
    places["why-title"].textContent = "另一部手机已经提交了这份记录";
    places["why-words"].textContent = "提交了的不能再改。本机没送到的改动另行保留在这部手机上，需要补充请联系组长退回。";
  }
  const isDiscarded = open.body.state === "discarded";
  if (isDiscarded) need(bar, '[data-action="mine"]').textContent = "仍要作废";
  onAction(bar, "mine", () => choose(open, "mine", isDiscarded
    ? { title: "仍要作废这份草稿？", words: "另一部手机后来又写过。作废后那一版也不再提交；各版都在服务器上留痕。", yes: "作废", danger: true }
    : { title: "以我这份为准？", words: "作为新的一版送出；服务器那一版仍然保留，随时可查。", yes: "用我这份" }));
  onAction(bar, "theirs", () => choose(open, "theirs", {
    title: "以服务器那份为准？", words: "本机这一份另行保留在这部手机上，不会再送出。", yes: "用服务器那份",
  }));
}

function show(places, open, stored) {
  const { record } = open;
  places.agency.textContent = record.visit?.agency?.name ?? "";
  showFacts(places.facts, [
    ["我这份", `${moment(record.updatedAt)} 在本机修改`], ["服务器那份", stored ? `第 ${stored.revision} 版` : "没有取到"],
  ]);
  const found = stored ? differences(record.checklist, record.body, stored.body) : [];
  places.count.textContent = found.length;
  places.same.hidden = found.length > 0;
  places.differences.replaceChildren(...found.map((one) => {
    const card = fill(clone("difference"), { title: one.title });
    for (const side of ["mine", "theirs"]) need(card, `[data-part="${side}"]`).replaceChildren(...sideOf(one[side]));
    return card;
  }));
}

function sideOf({ answer, lines }) {
  const words = lines.map((line) => make("p", {}, line));
  if (!answer) return words;
  return [make("span", { class: `answer answer--${answer.replace("_", "-")}` }, answerWord(answer)), ...words];
}

async function choose(open, side, question) {
  if (!(await confirmed(question))) return;
  try {
    await settleConflict(open.id, side);
  } catch (error) {
    say(error.message, { danger: true });
    return;
  }
  syncNow().catch(() => undefined);
  await go(`/field/record?id=${open.id}`);
}
