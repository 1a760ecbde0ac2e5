/** 原图: whether originals of photos wait for Wi-Fi, what this phone can know of its line, and sending them now all the same. */

import { pendingFiles } from "../records/records.js";
import { onChange } from "../storage/news.js";
import { areHeld, areWifiOnly, keepWifiOnly, lineKind, releaseOriginals, staysForWifi } from "../sync/originals.js";
import { syncNow } from "../sync/sync-engine.js";
import { bytes as size } from "../../lib/words.js";
import { choices } from "./choices.js";
import { onAction, placesOf } from "./places.js";

const LINES = { wifi: "现在是 Wi-Fi", ethernet: "现在是有线网络", cellular: "现在是移动网络" };
const UNKNOWN = "这部手机的浏览器不说用的是不是 Wi-Fi，所以打开后原图一直等您点“现在传原图”";

/** @param {HTMLElement} element */
export async function start(element) {
  const places = placesOf(element);
  choices(places.choice, [["", "随时传"], ["1", "仅用 Wi-Fi 传原图"]], {
    value: areWifiOnly() ? "1" : "",
    onChange: (value) => { keepWifiOnly(value === "1"); draw(); if (!value) syncNow(); },
  });
  const draw = async () => {
    const kind = lineKind();
    places.line.textContent = areWifiOnly() ? `${LINES[kind] ?? (kind ? "现在不是 Wi-Fi" : UNKNOWN)}。` : "";
    const waiting = (await pendingFiles()).filter(staysForWifi);
    places.now.hidden = !(areHeld() && waiting.length);
    const all = waiting.reduce((sum, file) => sum + file.bytes, 0);
    places["now-words"].textContent = `现在传原图（${waiting.length} 张，共 ${size(all)}）`;
  };
  onAction(element, "originals-now", async () => { releaseOriginals(); await syncNow(); await draw(); });
  onChange(({ type }) => type === "evidence" && draw());
  await draw();
}
