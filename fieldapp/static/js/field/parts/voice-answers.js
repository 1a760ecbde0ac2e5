/** 录音说: opinion and suggestion by voice, for who cannot or will not write. */
import { clone, fill } from "../../lib/dom.js";
import { bytes, elapsed } from "../../lib/words.js";
import { recordAudio } from "../evidence/camera.js";
import { addEvidence, evidenceBytes, removeEvidence } from "../evidence/evidence.js";
import { closed, confirmed, say } from "./ask.js";

/**
 * @param {HTMLElement} list where the recordings stand
 * @param {HTMLButtonElement} button starts one
 * @param {import("./open-record.js").OpenRecord} open
 * @returns {{update: () => void}}
 */
export function voiceAnswers(list, button, open) {
  button.addEventListener("click", async () => {
    try {
      await record(open);
    } catch (error) {
      say(error.message, { danger: true });
    }
  });
  return {
    update() {
      const sounds = open.evidence.filter((file) => file.source === "audio");
      list.replaceChildren(...sounds.map((file) => soundRow(file, open)));
    },
  };
}

async function record(open) {
  const recording = await recordAudio();
  const sheet = clone("voice-sheet");
  const time = sheet.querySelector('[data-part="time"]');
  const timer = setInterval(() => { time.textContent = elapsed(recording.elapsedMs()); }, 500);
  const answer = await closed(sheet);
  clearInterval(timer);
  const { file, type, takenAt } = await recording.stop();
  // Only an explicit 不要了 drops it; Escape or the back gesture must not lose what was said.
  if (answer === "drop") return;
  const kept = await addEvidence(open.id, { file, type, takenAt, filename: `voice-${Date.now()}.${type.split("/")[1]}`, source: "audio" });
  await open.change((body) => { body.recordings = [...(body.recordings ?? []), kept.id]; });
  await open.refreshEvidence();
}

function soundRow(file, open) {
  const row = fill(clone("voice-row"), { words: `录音 ${bytes(file.bytes)}` });
  row.querySelector('[data-action="play"]').addEventListener("click", () => play(file));
  const remove = row.querySelector('[data-action="remove"]');
  remove.hidden = !open.isEditable;
  remove.addEventListener("click", async () => {
    if (!(await confirmed({ title: "删除这段录音？", words: "从本机删除后不能恢复。", yes: "删除", danger: true }))) return;
    await open.change((body) => { body.recordings = body.recordings.filter((id) => id !== file.id); });
    await removeEvidence(file.id);
    await open.refreshEvidence();
  });
  return row;
}

async function play(file) {
  const url = file.remote ? file.originalUrl : URL.createObjectURL(new Blob([await evidenceBytes(file.id)], { type: file.type }));
  await new Audio(url).play().catch(() => say("这段录音现在放不出来；原件还在。", { danger: true }));
}
