/** Camera and microphone as the browser gives them, or does not. */

const REASONS = {
  NotAllowedError: (what) => `没有允许使用${what}。`,
  NotFoundError: (what) => `没有找到${what}。`,
  NotReadableError: (what) => `${what}正被别的应用占用，请先关掉那个应用。`,
};

/**
 * @param {MediaStreamConstraints} constraints @param {"相机"|"麦克风"} what
 * @returns {Promise<MediaStream>}
 * @throws {Error} in words; named NotAllowedError when it was not allowed to this site
 */
export async function openMedia(constraints, what) {
  try {
    return await navigator.mediaDevices.getUserMedia(constraints);
  } catch (error) {
    const refused = new Error((REASONS[error.name] ?? (() => `没有可用的${what}。`))(what), { cause: error });
    refused.name = error.name;
    throw refused;
  }
}
