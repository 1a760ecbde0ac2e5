/** Large photos: a small copy of each goes ahead, and where a person has chosen so the originals wait for Wi-Fi. Reads only. */

const LARGE_BYTES = 1024 * 1024;
const MOST_TRIES = 3; // of a copy; then the original goes without
const KEYS = { only: "fieldapp.wifiOnly", until: "fieldapp.originalsUntil" };

const isLarge = ({ source, bytes }) => (source === "camera" || source === "album") && bytes > LARGE_BYTES;

/** Whether a small copy of this file is still to go ahead of it. @param {Evidence} file */
export const wantsCopy = (file) => isLarge(file) && !file.isCopied && !file.sentBytes && (file.tries || 0) < MOST_TRIES;

/** Whether the original stays for now. @param {Evidence} file */
export const staysForWifi = (file) => isLarge(file) && !wantsCopy(file) && areHeld();

/** Whether originals wait now: they shall, this is no Wi-Fi or nobody knows, and nobody has said 现在传. */
export function areHeld() {
  return kept(KEYS.only) === "1" && !["wifi", "ethernet"].includes(lineKind()) && Number(kept(KEYS.until)) < Date.now();
}

/** What the browser says of the line: wifi, cellular …; empty where it does not tell (all of iOS, Firefox). @returns {string} */
export function lineKind() {
  return /** @type {any} */ (navigator).connection?.type ?? "";
}

/** @returns {boolean} */
export const areWifiOnly = () => kept(KEYS.only) === "1";

/** @param {boolean} isOn */
export const keepWifiOnly = (isOn) => keep(KEYS.only, isOn ? "1" : "");

/** 现在传: for half an hour nothing waits. */
export const releaseOriginals = () => keep(KEYS.until, String(Date.now() + 1800000));

function kept(key) {
  try {
    return localStorage.getItem(key) ?? "";
  } catch {
    return ""; // storage is barred: nothing is held back
  }
}

function keep(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // the choice cannot be kept
  }
}
