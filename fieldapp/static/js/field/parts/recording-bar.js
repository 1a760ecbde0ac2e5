/** 正在录音: the same line on every view, with the one button that stops it; and the words when the microphone was taken away. */

import { need } from "../../lib/dom.js";
import { elapsed } from "../../lib/words.js";
import { leaveTo, linkOf } from "./leaving.js";
import { brokenOff, forgetBroken, mayEnd, onRecording, running, startRecording, stopRecording } from "./recording.js";
import { isView } from "./views.js";

const BEAT_MS = 250;

/** @param {HTMLElement} bar */
export function start(bar) {
  /** @type {Parts<{level: HTMLMeterElement}>} */
  const part = (name) => need(bar, `[data-part="${name}"]`);
  let beat = 0;
  const tick = () => {
    const { recording } = running() ?? {};
    if (!recording) return; // it ends just now
    const time = elapsed(recording.elapsedMs());
    if (part("time").textContent !== time) part("time").textContent = time;
    part("level").value = recording.level();
  };
  const draw = () => {
    const [now, broken] = [running(), brokenOff()];
    clearInterval(beat);
    bar.hidden = !now && !broken;
    part("running").hidden = !now;
    part("broken").hidden = Boolean(now) || !broken;
    if (now) {
      part("what").textContent = now.code ? `正在为 ${now.code} 录音` : "正在录音";
      tick();
      beat = setInterval(tick, BEAT_MS);
    } else if (broken) part("why").textContent = `${broken.code ?? ""} 录音断了：${broken.why}。断开以前录到的已保存。`.trim();
  };
  onRecording(draw);
  part("stop").addEventListener("click", stopRecording);
  part("again").addEventListener("click", () => {
    const broken = brokenOff();
    if (broken) startRecording(broken.open, broken.code);
  });
  part("known").addEventListener("click", forgetBroken);
  document.addEventListener("click", askBeforeLeaving, { capture: true });
  addEventListener("beforeunload", (event) => running() && event.preventDefault());
}

/** A link out of the document would end the recording. */
async function askBeforeLeaving(event) {
  const link = running() && linkOf(event);
  if (!link || isView(link)) return;
  event.preventDefault();
  if (await mayEnd("离开这条记录？")) leaveTo(link.href);
}
