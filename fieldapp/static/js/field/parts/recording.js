/** The one recording of this document: begun at an item or an interview, it goes on over all its views until somebody stops it. */

import { recordAudio } from "../evidence/recorder.js";
import { sayNoMedia } from "./allowing.js";
import { confirmed, say } from "./ask.js";
import { keepFile } from "./open-files.js";
import { keepAwake } from "./wake-lock.js";

const listeners = new Set();
/** @type {(Where & {recording: import("../evidence/recorder.js").Recording, end: () => void})|null} */
let current = null;
/** @type {(Where & {why: string})|null} */
let broken = null;
let isStarting = false;

/**
 * @typedef {{open: import("./open-record.js").OpenRecord, code: string|null}} Where
 * @returns {(Where & {recording: import("../evidence/recorder.js").Recording})|null} what runs now
 */
export function running() {
  return current;
}

/** Why the last recording ended by itself, and where it can go on; null when none did. @returns {(Where & {why: string})|null} */
export function brokenOff() {
  return broken;
}

/** Whether it is this item of this record that is recorded now. @param {import("./open-record.js").OpenRecord} open @param {string|null} code */
export function isRecording(open, code) {
  return current !== null && current.open.id === open.id && current.code === code;
}

/** Calls back when a recording begins, ends or breaks off. @param {() => void} listener */
export function onRecording(listener) {
  listeners.add(listener);
}

/** Begins one; what runs elsewhere is stopped and kept first, after a question. @param {Where["open"]} open @param {string|null} code */
export async function startRecording(open, code) {
  if (isStarting || (current && !(await mayEnd("开始另一段录音？")))) return;
  isStarting = true;
  try {
    const hears = { taken: (/** @type {string} */ _why) => {} };
    const recording = await recordAudio({ recordId: open.id, item: code }, (why) => hears.taken(why));
    const end = keepAwake();
    current = { open, code, recording, end };
    broken = null;
    hears.taken = (why) => breakOff(recording, why);
  } catch (error) {
    sayNoMedia(error, "麦克风");
  }
  isStarting = false;
  tell(open);
}

/** Stops what runs; resolves when it is kept in its record, or it is said that it is not. */
export async function stopRecording() {
  const stopped = current;
  if (!stopped) return;
  const { open, code, recording, end } = stopped;
  current = null;
  end();
  tell(open);
  try {
    const { id, file, type, takenAt } = await recording.stop();
    await keepFile(open, { id, file, type, item: code, source: "audio", takenAt });
    await recording.forget();
  } catch (error) {
    if (!error.isSaid) say(error.message, { danger: true });
  }
}

/** Ends what runs, and nothing of it is kept: what must not have been recorded. */
export async function dropRecording() {
  const dropped = current;
  if (!dropped) return;
  current = null;
  dropped.end();
  tell(dropped.open);
  await dropped.recording.stop().catch(() => undefined); // nothing was heard yet: all the better
  await dropped.recording.forget();
}

/** Asks before something ends the recording that runs. @param {string} title @returns {Promise<boolean>} true: it is kept, or none ran */
export async function mayEnd(title) {
  if (!current) return true;
  if (!(await confirmed({ title, words: "现在的录音会先停止，并保存到原来的地方。", yes: "停止并保存", no: "接着录" }))) return false;
  await stopRecording();
  return true;
}

/** The words of the interruption have been read. */
export function forgetBroken() {
  broken = null;
  tell();
}

async function breakOff(recording, why) {
  if (!current || current.recording !== recording) return;
  const { open, code } = current;
  await stopRecording();
  broken = { open, code, why };
  tell(open);
}

function tell(open) {
  open?.redraw();
  for (const listener of listeners) listener();
}
