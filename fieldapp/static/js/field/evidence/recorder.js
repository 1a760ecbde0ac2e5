/**
 * A recording of the microphone. Each second of it is on the phone before the next but one is spoken (`sound-pieces.js`), so that a
 * page that is ended loses next to nothing; and the microphone is watched, as a call or another app may take it away without a word.
 */

import { openMedia } from "./media.js";
import { dropPieces, keepPiece } from "../storage/sound-pieces.js";
import { mintId } from "../../lib/ids.js";
import { rfc3339 } from "../../lib/words.js";

const PIECE_MS = 1000;
const [LOOK_MS, SILENT_MS] = [250, 3000];
const HEARD = 16384; // samples: 0.3 s, more than lies between two looks
const NOTHING = 1 / 65536; // below one step of 16 bits: no room is as silent as a microphone that was taken away
const TYPES = ["audio/mp4", "audio/webm;codecs=opus"];

/**
 * @typedef {{id: string, type: string, takenAt: string, elapsedMs: () => number, level: () => number,
 *   stop: () => Promise<{id: string, file: Blob, type: string, takenAt: string}>, forget: () => Promise<void>}} Recording
 * `level` 0–1; `forget` drops the pieces once the file is kept
 */

/**
 * Starts a recording.
 * @param {{recordId: string, item: string|null}} of where it will be kept
 * @param {(why: string) => void} onTaken called once when the microphone gives nothing any more
 * @returns {Promise<Recording>}
 * @throws {Error} in words
 */
export async function recordAudio(of, onTaken) {
  const stream = await openMedia({ audio: true }, "麦克风");
  const wanted = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
  const recorder = new MediaRecorder(stream, wanted ? { mimeType: wanted, audioBitsPerSecond: 32000 } : {});
  const type = (recorder.mimeType || wanted || "audio/webm").split(";")[0];
  const told = { ...of, id: mintId(), type, takenAt: rfc3339() };
  const release = holdLock(told.id);
  const pieces = gather(recorder, told);
  const ear = listen(stream, recorder, onTaken);
  const begun = performance.now();
  let ended = 0;
  recorder.start(PIECE_MS);
  return {
    ...told, level: ear.level,
    elapsedMs: () => (ended || performance.now()) - begun,
    async stop() {
      ended ||= performance.now();
      ear.end();
      const parts = await pieces.end();
      for (const track of stream.getTracks()) track.stop();
      if (!parts.length) throw new Error("没有录到声音，没有保存。请重录。");
      return { ...told, file: new Blob(parts, { type }) };
    },
    async forget() {
      await dropPieces(told);
      release();
    },
  };
}

/** Held while this recording lives: who finds its pieces without this lock finds them left over. */
function holdLock(id) {
  /** @type {(value?: unknown) => void} */
  let release = () => undefined;
  navigator.locks?.request(`recording:${id}`, () => new Promise((resolve) => { release = resolve; }));
  return () => release();
}

/** Every piece into the store, in order; also into memory, for a phone that is full. */
function gather(recorder, told) {
  const pieces = [];
  let writing = Promise.resolve();
  recorder.addEventListener("dataavailable", ({ data }) => {
    if (!data.size) return;
    const at = pieces.push(data) - 1;
    writing = writing.then(async () => keepPiece(told, at, await data.arrayBuffer())).catch((error) => console.warn(error));
  });
  const stopped = new Promise((resolve) => { recorder.addEventListener("stop", resolve, { once: true }); });
  const askForMore = () => recorder.state === "recording" && recorder.requestData();
  addEventListener("pagehide", askForMore);
  document.addEventListener("visibilitychange", askForMore);
  return {
    async end() {
      removeEventListener("pagehide", askForMore);
      document.removeEventListener("visibilitychange", askForMore);
      if (recorder.state !== "inactive") recorder.stop();
      await stopped;
      await writing;
      return pieces;
    },
  };
}

/** How loud it is; and whether anything is heard at all. */
function listen(stream, recorder, onTaken) {
  const [track] = stream.getAudioTracks();
  const context = typeof AudioContext === "function" ? new AudioContext() : null;
  const heard = new Float32Array(HEARD);
  const analyser = context?.createAnalyser();
  if (context && analyser) {
    analyser.fftSize = HEARD;
    context.createMediaStreamSource(stream).connect(analyser);
  }
  let [loudness, silentMs, lookedAt] = [0, 0, performance.now()];
  const end = () => {
    clearInterval(timer);
    if (context && context.state !== "closed") context.close();
  };
  const taken = (why) => { end(); onTaken(why); };
  const timer = setInterval(() => {
    const [now, hears] = [performance.now(), context?.state === "running"];
    if (hears) analyser?.getFloatTimeDomainData(heard);
    loudness = hears ? heard.reduce((most, one) => Math.max(most, Math.abs(one)), 0) : 0;
    const isSilent = track.muted || (hears && loudness < NOTHING);
    silentMs = isSilent ? silentMs + Math.min(now - lookedAt, 2 * LOOK_MS) : 0;
    lookedAt = now;
    if (silentMs >= SILENT_MS) taken("3 秒没有一点声音，麦克风可能被来电或别的应用占用了");
  }, LOOK_MS);
  track.addEventListener("mute", () => recorder.state === "recording" && recorder.requestData());
  track.addEventListener("ended", () => taken("麦克风被系统收回了"));
  return { end, level: () => Math.min(1, Math.sqrt(loudness)) };
}
