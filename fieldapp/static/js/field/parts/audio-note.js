/** Spoken notes: recorded in a sheet, kept like any evidence, played where they belong. */

import { clone, fill } from "../../lib/dom.js";
import { elapsed } from "../../lib/words.js";
import { fileEvidence } from "../records/answering.js";
import { recordAudio } from "../evidence/camera.js";
import { addEvidence, evidenceBytes, removeEvidence } from "../evidence/evidence.js";
import { closed, confirmed, say } from "./ask.js";
import { markOf } from "./photo-strip.js";

/**
 * Keeps `holder` showing the recordings of an item; `button` makes one more.
 * @param {HTMLElement} holder
 * @param {HTMLButtonElement} button
 * @param {import("./open-record.js").OpenRecord} open
 * @param {string} code
 * @returns {{update: () => void}}
 */
export function audioNotes(holder, button, open, code) {
  const shown = new Map();
  button.addEventListener("click", () => recordFor(open, code));
  return {
    update() {
      const sounds = open.evidenceAt(code).filter((file) => file.source === "audio");
      for (const [id, row] of shown) {
        if (sounds.some((file) => file.id === id)) continue;
        row.remove();
        shown.delete(id);
      }
      sounds.forEach((file, at) => {
        if (!shown.has(file.id)) shown.set(file.id, holder.appendChild(soundRow(open, file)));
        const row = fill(shown.get(file.id), { words: `录音 ${at + 1} · ${file.takenAt.slice(11, 16)}`, state: markOf(file) });
        row.querySelector('[data-action="remove"]').hidden = !open.isEditable;
      });
      holder.hidden = sounds.length === 0;
    },
  };
}

/** Records until the supervisor stops it; what was said is safe on this phone afterwards, or it is said that it is not. */
async function recordFor(open, code) {
  try {
    const recording = await recordAudio();
    const sheet = clone("recorder-sheet");
    const part = (name) => sheet.querySelector(`[data-part="${name}"]`);
    const clock = setInterval(() => { part("time").textContent = elapsed(recording.elapsedMs()); }, 500);
    part("drop").addEventListener("click", () => sheet.close("drop"));
    part("stop").addEventListener("click", () => sheet.close("keep"));
    const answer = await closed(sheet);
    clearInterval(clock);
    const { file, type, takenAt } = await recording.stop();
    if (answer === "drop") return;
    const kept = await addEvidence(open.id, { file, type, item: code, source: "audio", takenAt });
    await open.change((body) => fileEvidence(body, kept.id, code));
    await open.refreshEvidence();
  } catch (error) {
    say(error.message, { danger: true });
  }
}

function soundRow(open, file) {
  const row = clone("sound-row");
  let player = null;
  row.querySelector('[data-action="play"]').addEventListener("click", async () => {
    try {
      player ??= new Audio(await soundUrl(file));
      if (player.paused) await player.play();
      else player.pause();
    } catch {
      say("这部手机放不出这段录音，原件完好。", { danger: true });
    }
  });
  row.querySelector('[data-action="remove"]').addEventListener("click", async () => {
    if (!(await confirmed({ title: "删除这段录音？", words: "从本机删除后不能恢复。", yes: "删除", danger: true }))) return;
    await open.change((body) => fileEvidence(body, file.id, null, { drop: true }));
    await removeEvidence(file.id);
    await open.refreshEvidence();
  });
  return row;
}

async function soundUrl(file) {
  if (file.remote) return file.originalUrl;
  return URL.createObjectURL(new Blob([await evidenceBytes(file.id)], { type: file.type }));
}
