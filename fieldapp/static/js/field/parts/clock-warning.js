/** A phone whose clock is wrong writes wrong times: said on every page while it is so, as the desk says it of the record. */

import { knownOffset } from "../server/clock.js";
import { onProgress } from "../sync/sync-status.js";

const NOTEWORTHY_MS = 60000;

/**
 * What is said of a clock that is off by so much; "" of one that is right to the minute. Pure.
 * @param {{ms: number, isOld: boolean}|null} known `ms` to add to it to get the server's time
 */
export function clockWords(known) {
  if (!known || Math.abs(known.ms) < NOTEWORTHY_MS) return "";
  const minutes = Math.round(Math.abs(known.ms) / 60000);
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24];
  const spans = [days && `${days} 天`, hours && `${hours} 小时`, !days && minutes % 60 && `${minutes % 60} 分钟`];
  const far = `${known.isOld ? "上次联网时，" : ""}这部手机的时钟比服务器${known.ms > 0 ? "慢" : "快"} ${spans.filter(Boolean).join(" ")}`;
  return `${far}。请在手机“设置”里打开“自动设置时间”，否则记下的时间不对。`;
}

/** @param {HTMLElement} element */
export function start(element) {
  const draw = () => {
    const words = clockWords(knownOffset());
    element.hidden = !words;
    if (element.textContent !== words) element.textContent = words;
  };
  onProgress(draw);
  draw();
}
