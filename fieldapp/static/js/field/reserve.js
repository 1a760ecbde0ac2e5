/**
 * Room that is kept free for words: a file that is given up when the phone is full, so that what is typed can still be
 * saved when a photo cannot. It must be larger than a photo: a browser may let one pass that fills more than was left.
 */

const NAME = "reserve";
const GIVEN_UP = "reserve-given-up";
const BYTES = 8 * 1024 * 1024;

/**
 * Sets the room aside where it is not. Best effort: a browser without private files, or a full phone, has none.
 * @returns {Promise<boolean>} whether it is there now
 */
export async function setAside() {
  let file = null;
  try {
    const folder = await navigator.storage.getDirectory();
    const handle = await folder.getFileHandle(NAME, { create: true });
    if ((await handle.getFile()).size < BYTES) {
      file = await handle.createWritable();
      await file.write(new Uint8Array(BYTES));
      await file.close();
    }
    localStorage.removeItem(GIVEN_UP);
    return true;
  } catch {
    if (file) await file.abort().catch(() => undefined);
    return false;
  }
}

/** Gives the room up. @returns {Promise<boolean>} whether there was any */
export async function giveUp() {
  try {
    const folder = await navigator.storage.getDirectory();
    const { size } = await (await folder.getFileHandle(NAME)).getFile();
    if (size === 0) return false;
    localStorage.setItem(GIVEN_UP, "1");
    await folder.removeEntry(NAME);
    return true;
  } catch {
    return false;
  }
}

/** Whether something large may be written: not in the room that was given up for words. @returns {Promise<boolean>} */
export async function mayTakeMore() {
  try {
    return !localStorage.getItem(GIVEN_UP) || await setAside();
  } catch {
    return true; // a browser that forbids it keeps no room either
  }
}
