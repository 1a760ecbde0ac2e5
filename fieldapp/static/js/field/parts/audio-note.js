/** Spoken notes: recorded while the form is filled in, kept like any evidence, played where they belong. */

import { clone, fill, need } from "../../lib/dom.js";
import { evidenceBytes } from "../evidence/evidence.js";
import { confirmed, say } from "./ask.js";
import { removeFile } from "./open-files.js";
import { markOf } from "./photo-strip.js";
import { isRecording, startRecording, stopRecording } from "./recording.js";
import { soundWords } from "./unfinished-recordings.js";

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
  const words = need(button, "[data-slot]");
  button.addEventListener("click", () => (isRecording(open, code) ? stopRecording() : startRecording(open, code)));
  return {
    update() {
      const now = isRecording(open, code) ? "停止录音" : "录音";
      if (words.textContent !== now) words.textContent = now;
      button.setAttribute("aria-label", `${now}：${code}`);
      const sounds = open.evidenceAt(code).filter((file) => file.source === "audio");
      for (const [id, row] of shown) {
        if (sounds.some((file) => file.id === id)) continue;
        row.remove();
        shown.delete(id);
      }
      sounds.forEach((file, at) => {
        if (!shown.has(file.id)) shown.set(file.id, holder.appendChild(soundRow(open, file)));
        const row = fill(shown.get(file.id), { words: `${soundWords(file)} ${at + 1}（${file.takenAt.slice(11, 16)} 录）`, where: `，${code}`, state: markOf(file) });
        const remove = need(row, '[data-action="remove"]');
        remove.hidden = !open.isEditable;
        remove.setAttribute("aria-label", `删除 ${code} 的录音 ${at + 1}`);
      });
      holder.hidden = sounds.length === 0;
    },
  };
}

function soundRow(open, file) {
  const row = clone("sound-row");
  /** @type {HTMLAudioElement|null} */
  let player = null;
  need(row, '[data-action="play"]').addEventListener("click", async () => {
    try {
      player ??= new Audio(await soundUrl(file));
      if (player.paused) await player.play();
      else player.pause();
    } catch {
      say("这部手机放不出这段录音，原件完好。", { danger: true });
    }
  });
  need(row, '[data-action="remove"]').addEventListener("click", async () => {
    if (!(await confirmed({ title: "删除这段录音？", words: "从本机删除后不能恢复。", yes: "删除", danger: true }))) return;
    await removeFile(open, file.id);
  });
  return row;
}

async function soundUrl(file) {
  if (file.remote) return file.originalUrl;
  return URL.createObjectURL(new Blob([await evidenceBytes(file.id)], { type: file.type }));
}
