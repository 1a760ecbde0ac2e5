/** Where the phone is, as the device says (WGS-84). Never needed to save, never waited for. */

const PATIENCE_MS = 20000;
const GOOD_ENOUGH_M = 15;
export const NOT_ALLOWED = "未允许定位";
const REASONS = { 1: NOT_ALLOWED, 2: "暂时定不到位", 3: "定位超时" };

/**
 * The best fix within 20 s, sooner when it is good. `onBetter` is told each better one meanwhile.
 * @param {(place: Place) => void} [onBetter]
 * @returns {Promise<Partial<Place> & {reason?: string}>} the place, or the reason why there is none; never rejects
 * @typedef {{latitude: number, longitude: number, accuracy: number, at: string, datum: "WGS-84"}} Place `accuracy` in metres
 */
export function watchPlace(onBetter = () => undefined) {
  if (!navigator.geolocation) return Promise.resolve({ reason: "这部手机或浏览器不提供定位" });
  return new Promise((resolve) => {
    /** @type {Place|null} */
    let best = null;
    /** @type {number|null} */
    let watch = null;
    const end = (reason) => {
      clearTimeout(timer);
      if (watch !== null) navigator.geolocation.clearWatch(watch);
      resolve(best || { reason });
    };
    const timer = setTimeout(() => end(REASONS[3]), PATIENCE_MS);
    watch = navigator.geolocation.watchPosition(({ coords, timestamp }) => {
      if (best && coords.accuracy >= best.accuracy) return;
      best = {
        latitude: rounded(coords.latitude, 7), longitude: rounded(coords.longitude, 7), accuracy: rounded(coords.accuracy, 1),
        at: new Date(timestamp).toISOString(), datum: "WGS-84",
      };
      onBetter(best);
      if (best.accuracy <= GOOD_ENOUGH_M) end("");
    }, (error) => { if (!best) end(REASONS[error.code] || REASONS[2]); }, { enableHighAccuracy: true, timeout: PATIENCE_MS, maximumAge: 60000 });
  });
}

/** 1e-7 degrees is a centimetre; more digits would only differ between browsers. */
function rounded(value, digits) {
  return Number(value.toFixed(digits));
}
