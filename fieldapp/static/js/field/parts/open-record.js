/**
 * The record that a page has open. Screen and store are changed by the same pure function, so a tap is visible before
 * the disk has answered; when it does not answer, the saving banner says so and the screen keeps what was typed.
 */

import { listEvidence } from "../evidence/evidence.js";
import { changeRecord, elapsedMs, readRecord } from "../records/drafts.js";
import { namesFile } from "../records/naming.js";
import { hasUnsentWords, isEditable } from "../records/record-states.js";
import { onChange as onStoreChange, touches } from "../storage/news.js";
import { clearAway, layDown } from "./emergency-save.js";

const [TYPING_PAUSE_MS, TYPING_AT_MOST_MS, RELOAD_PAUSE_MS] = [150, 500, 200]; // who never pauses is saved all the same

export class OpenRecord {
  #listeners = new Set();
  #typing = new Map();
  #unsaved = 0;
  #timer = 0;
  #typedAt = 0; // the oldest stroke that is not saved
  #reloading = 0;
  #isLaidDown = false;

  constructor(record) {
    this.record = record;
    this.evidence = []; // all of the record's, oldest first
    const leave = () => {
      this.flush();
      if (this.#unsaved > 0) this.#isLaidDown = layDown(this.record);
    };
    addEventListener("pagehide", leave);
    document.addEventListener("visibilitychange", leave);
    onStoreChange((news) => {
      if (!touches(news, this.id)) return;
      clearTimeout(this.#reloading);
      this.#reloading = setTimeout(() => this.#isBusy() || this.refresh(), RELOAD_PAUSE_MS);
    });
  }

  get id() { return this.record.id; }
  get body() { return this.record.body; }
  get answers() { return this.body.answers ?? {}; }
  get checklist() { return this.record.checklist; }
  get visit() { return this.record.visit; }
  get nowMs() { return elapsedMs(this.record); }
  get isEditable() { return isEditable(this.record); }

  /**
   * Changes the record: on the screen at once, in the store in order.
   * @param {(body: RecordBody, record: FieldRecord) => void} change may run twice, on equal copies
   * @returns {Promise<boolean>} whether the store confirmed it
   */
  async change(change) {
    change(this.record.body, this.record);
    this.#tell();
    this.#unsaved += 1;
    try {
      const stored = await changeRecord(this.id, change);
      if (this.#unsaved === 1) this.#confirm(stored);
      return true;
    } catch (error) {
      if (error.name !== "NotSaved") throw error;
      return false;
    } finally {
      this.#unsaved -= 1;
    }
  }

  /**
   * Saves what is typed into `field`: after a pause, twice a second without one, at once when the field or the page is left.
   * @param {HTMLInputElement|HTMLTextAreaElement} field @param {(body: RecordBody, value: string) => void} change
   */
  type(field, change) {
    field.addEventListener("input", () => {
      if (this.#typing.size === 0) this.#typedAt = performance.now();
      this.#typing.set(field, change);
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.flush(), Math.min(TYPING_PAUSE_MS, this.#typedAt + TYPING_AT_MOST_MS - performance.now()));
    });
    field.addEventListener("change", () => this.flush());
  }

  /** Saves what is still waiting for the end of typing. @returns {Promise<void>} when it is saved */
  async flush() {
    clearTimeout(this.#timer);
    const waiting = [...this.#typing].map(([field, change]) => [field.value, change]);
    this.#typing.clear();
    if (waiting.length > 0) await this.change((body) => waiting.forEach(([value, change]) => change(body, value)));
  }

  /** @param {string|null} code @returns {Evidence[]} the evidence filed at an item; under none for null, without signatures */
  evidenceAt(code) {
    const own = code === null ? null : this.answers[code]?.evidence ?? [];
    const isThere = ({ id }) => (own ? own.includes(id) : this.body.unfiled_evidence?.includes(id) || !namesFile(this.body, id));
    return this.evidence.filter((one) => one.source !== "signature" && isThere(one));
  }

  /**
   * Changes files of the record by a step of the store, and takes then what that has.
   * @template T @param {() => Promise<T>} work @returns {Promise<T>}
   */
  async withFiles(work) {
    this.#unsaved += 1; // what the store has meanwhile does not take its place on the screen
    try {
      return await work();
    } finally {
      this.#unsaved -= 1;
      await this.refresh();
    }
  }

  /** Reads the evidence anew and tells the page. */
  async refreshEvidence() {
    this.evidence = (await listEvidence(this.id)).sort((a, b) => (a.takenAt < b.takenAt ? -1 : 1));
    this.#tell();
  }

  /**
   * Calls back after each change, from this page, another tab or the sync engine.
   * @param {(open: OpenRecord) => void} callback @param {AbortSignal} [signal] ends it, with the view that asked
   */
  onChange(callback, signal) {
    this.#listeners.add(callback);
    signal?.addEventListener("abort", () => this.#listeners.delete(callback));
  }

  /** Takes what the store has now. @returns {Promise<boolean>} false when the signed-in user has no such record any more */
  async refresh() {
    const stored = await readRecord(this.id);
    if (stored && !this.#isBusy()) this.record = stored;
    if (stored) await this.refreshEvidence();
    return Boolean(stored);
  }

  /** Tells the page that there is something to draw anew. */
  redraw() { this.#tell(); }

  /** The store has everything that was changed so far. */
  #confirm(stored) {
    const before = hasUnsentWords(this.record);
    if (this.#typing.size === 0) this.record = stored;
    if (before !== hasUnsentWords(this.record)) this.#tell(); // its state reads otherwise now
    if (this.#isLaidDown) clearAway(this.id);
    this.#isLaidDown = false;
  }

  #isBusy() { return this.#unsaved > 0 || this.#typing.size > 0; }

  #tell() { for (const listener of this.#listeners) listener(this); }
}
