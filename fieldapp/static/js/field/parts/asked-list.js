/** The list of what waits for this user's confirmation, and of what was confirmed. */

import { icon, make } from "../../lib/dom.js";
import { moment } from "../../lib/words.js";
import { toConfirm } from "../records/agenda.js";
import { checkCode, onItsWay } from "../records/confirming.js";
import { leaveTo } from "./leaving.js";
import { say } from "./ask.js";

/** @param {HTMLElement} main @param {any} pack @param {FieldRecord[]} records */
export function showAsked(main, pack, records) {
  if (main.contains(document.activeElement) && document.activeElement?.tagName === "INPUT") return; // a code is being typed
  const waiting = toConfirm(pack, records);
  const own = onItsWay(records).map((one) => row(one.visit?.agency?.name ?? "", `${moment(one.body.started_at)} 确认，待上传`, "", one.body.observation));
  const done = (pack?.confirmed ?? []).filter(({ mine }) => mine).map((one) => row(one.agency, [one.number, `第 ${one.revision} 版`, moment(one.at)].filter(Boolean).join(" · "), outcome(one)));
  main.replaceChildren(
    ...(waiting.length ? [list(waiting.map((one) => row(one.agency, `${one.author.name} · ${moment(one.started_at)}`, one.again ? "待再确认" : "待确认", one.id)))]
      : [make("div", { class: "card empty" }, icon("check-circle"), make("p", { class: "empty__title" }, "没有等您确认的记录"), make("p", {}, "同组的人提交记录并联网后，会出现在这里。"))]),
    byCode(waiting),
    ...section("已确认", [...own, ...done]));
}

function outcome({ counts, is_newest: isNewest, outcome: said }) {
  if (!counts) return "不计";
  if (!isNewest) return "记录已改";
  return said === "deviates" ? "有不同意见" : "已确认";
}

function section(title, rows) {
  return rows.length ? [make("section", { class: "stack stack--tight" }, make("h2", { class: "section-title" }, title), list(rows))] : [];
}

const list = (rows) => make("ul", { class: "list" }, ...rows);

function row(title, detail, state, id = "") {
  const body = make("span", { class: "list__body" }, make("span", { class: "list__title" }, title), make("br"), make("span", { class: "list__meta" }, detail));
  const inner = [body, make("span", { class: "state" }, state)];
  return make("li", {}, id ? make("a", { class: "list__row", href: `/field/confirm?id=${encodeURIComponent(id)}` }, ...inner) : make("span", { class: "list__row" }, ...inner));
}

/** 核对码: who cannot scan types the eight digits that the author's phone shows. */
function byCode(waiting) {
  const field = make("input", { id: "code", maxlength: "8", autocomplete: "off", autocapitalize: "none", spellcheck: "false" });
  const form = make("form", { class: "card stack stack--tight" },
    make("div", { class: "field" }, make("label", { for: "code" }, "记录人手机上的核对码 ", make("span", { class: "field__optional" }, "也可以用相机扫二维码")), field),
    make("button", { class: "button", type: "submit" }, "打开"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const code = field.value.trim().toLowerCase();
    const found = waiting.find(({ digest }) => checkCode(digest) === code);
    if (found) leaveTo(`/field/confirm?id=${found.id}&revision=${found.revision}&digest=${found.digest}`);
    else say("没有这个核对码的记录：可能还没有送到，或者对方又改过。联网同步后再试。", { danger: true });
  });
  return form;
}
