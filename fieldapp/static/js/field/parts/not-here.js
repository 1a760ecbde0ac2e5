/** Why a page does not show the record that its address names: another person's, gone for its age, or truly unknown here. */

import { need } from "../../lib/dom.js";
import { whyNotHere } from "../records/drafts.js";
import { readPack } from "../session/pack.js";
import { idInQuery } from "./places.js";

/** Says it in the page's own empty notice, and puts away what could be done with a record. @param {HTMLElement} unknown */
export async function sayWhy(unknown) {
  const bar = /** @type {HTMLElement|null} */ (document.querySelector(".bottom-bar"));
  if (bar) bar.hidden = true;
  const why = await whyNotHere(idInQuery());
  const title = need(unknown, ".empty__title");
  if (why?.name) title.textContent = `这条记录是${why.name}的，完好地保留在这部手机上。请${why.name}登录后继续。`;
  const said = why ? null : (await readPack())?.records?.find((one) => one.id === idInQuery());
  if (said) title.textContent = "这份记录在服务器上，现在没有取到。请联网后再打开；内容都在。";
  if (why?.isOld) title.textContent = "这条记录送达已满 30 天，本机只留回执，内容在服务器上。";
}
