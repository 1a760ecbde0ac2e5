/** 录音说: opinion and suggestion by voice, for who cannot or will not write. */
import { clone, fill, need } from "../../lib/dom.js";
import { bytes } from "../../lib/words.js";
import { evidenceBytes } from "../evidence/evidence.js";
import { confirmed, say } from "./ask.js";
import { removeFile } from "./open-files.js";
import { isRecording, startRecording, stopRecording } from "./recording.js";
import { soundWords } from "./unfinished-recordings.js";

/**
 * @param {HTMLElement} list where the recordings stand
 * @param {HTMLButtonElement} button starts one
 * @param {import("./open-record.js").OpenRecord} open
 * @returns {{update: () => void}}
 */
export function voiceAnswers(list, button, open) {
  const words = need(button, "[data-slot]");
  button.addEventListener("click", () => (isRecording(open, null) ? stopRecording() : startRecording(open, null)));
  return {
    update() {
      words.textContent = isRecording(open, null) ? "停止录音" : "不方便写？录音说";
      const sounds = open.evidence.filter((file) => file.source === "audio");
      list.replaceChildren(...sounds.map((file) => soundRow(file, open)));
    },
  };
}

function soundRow(file, open) {
  const row = fill(clone("voice-row"), { words: `${soundWords(file)} ${bytes(file.bytes)}` });
  need(row, '[data-action="play"]').addEventListener("click", () => play(file));
  const remove = need(row, '[data-action="remove"]');
  remove.hidden = !open.isEditable;
  remove.addEventListener("click", async () => {
    if (!(await confirmed({ title: "删除这段录音？", words: "从本机删除后不能恢复。", yes: "删除", danger: true }))) return;
    await removeFile(open, file.id);
  });
  return row;
}

async function play(file) {
  const url = file.remote ? file.originalUrl : URL.createObjectURL(new Blob([await evidenceBytes(file.id)], { type: file.type }));
  await new Audio(url).play().catch(() => say("这段录音现在放不出来；原件还在。", { danger: true }));
}
