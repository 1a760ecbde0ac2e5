/**
 * Room that is kept free for words: a file that is given up when the phone is full, so that what is typed can still be
 * saved when a photo cannot. It must be larger than a photo: a browser may let one pass that fills more than was left.
 */

const NAME = "reserve";
const GIVEN_UP = "reserve-given-up";
const BYTES = 8 * 1024 * 1024;
const PATIENCE_MS = 10_000;

/**
 * Sets the room aside where it is not. Best effort: a browser without private files, or a full phone, has none.
 * @returns {Promise<boolean>} whether it is there now
 */
export const setAside = () => alone(async () => {
  const folder = await navigator.storage.getDirectory();
  const handle = await folder.getFileHandle(NAME, { create: true });
  if ((await handle.getFile()).size < BYTES) await fill(handle);
  localStorage.removeItem(GIVEN_UP);
  return true;
}).catch(() => false);

async function fill(handle) {
  const file = await handle.createWritable();
  try {
    await file.write(new Uint8Array(BYTES));
    await file.close();
  } catch (error) {
    await file.abort().catch(() => undefined);
    throw error;
  }
}

/**
 * Gives the room up.
 * @returns {Promise<boolean>} whether it has been: now, or before by another write of words or another tab
 */
export async function giveUp() {
  await alone(async () => {
    const folder = await navigator.storage.getDirectory();
    const { size } = await (await folder.getFileHandle(NAME)).getFile();
    if (size === 0) return;
    localStorage.setItem(GIVEN_UP, "1");
    await folder.removeEntry(NAME);
  }).catch(() => undefined);
  return isGivenUp();
}

/** Whether something large may be written: not in the room that was given up for words. @returns {Promise<boolean>} */
export const mayTakeMore = async () => !isGivenUp() || setAside();

/** One after the other, over all tabs: who needs the room must not meet it half set aside, nor half given up. */
async function alone(work) {
  if (!navigator.locks) return work();
  return navigator.locks.request(NAME, { signal: AbortSignal.timeout?.(PATIENCE_MS) }, work);
}

function isGivenUp() {
  try {
    return Boolean(localStorage.getItem(GIVEN_UP));
  } catch {
    return false; // a browser that forbids it keeps no room either
  }
}
