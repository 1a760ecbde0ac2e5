/** Says whether what was typed is on this phone: 已保存在本机 only after the write is confirmed, 未保存 when it is not. */

import { announce } from "./news.js";

const PATIENCE_MS = 2000;
const listeners = new Set();
let open = 0;
let failure = null;

/**
 * @param {(now: {status: "saving"|"saved"|"failed", message: string}) => void} listener
 * @returns {() => void} stops listening
 */
export function onSaving(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(status, message) {
  for (const listener of listeners) listener({ status, message });
}

/**
 * Watches one write and says how it goes; red when it is not confirmed within 2 s.
 * @template T
 * @param {Promise<T>} write
 * @returns {Promise<T>} the same outcome
 */
export async function saving(write) {
  open += 1;
  tell("saving", "正在保存…");
  const timer = setTimeout(() => tell("failed", "未保存：手机还没有确认写入。请不要关闭本页。"), PATIENCE_MS);
  try {
    const result = await write;
    failure = null;
    return result;
  } catch (error) {
    failure = error.message || "未保存：请再试一次。";
    error.isSaid = true;
    throw error;
  } finally {
    clearTimeout(timer);
    open -= 1;
    if (failure) tell("failed", failure);
    else if (open === 0) tell("saved", "已保存在本机");
  }
}

/** Tells every tab that a record has changed. @param {{id: string, kind: string}} record @param {{why?: "edit", same?: boolean}} [more] */
export function recordNews({ id, kind }, more = {}) {
  announce({ type: "record", id, kind, ...more });
}
