/**
 * A drawing that never overlaps itself: what happens meanwhile is drawn once more at the end, so that the last word on the
 * screen is the newest.
 * @param {() => Promise<unknown>} draw
 * @returns {() => Promise<void>} resolves when the screen is up to date
 */
export function oneAtATime(draw) {
  /** @type {Promise<void>|null} */
  let running = null;
  let isStale = false;
  const run = async () => {
    try {
      do {
        isStale = false;
        await draw();
      } while (isStale);
    } finally {
      running = null;
    }
  };
  return () => {
    isStale = true;
    running ??= run();
    return running;
  };
}
