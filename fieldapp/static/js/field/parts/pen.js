/** A pen on a canvas: by finger, stylus or mouse; a quick stroke is thinner than a slow one. */

const THICK = 2.6; // CSS pixels, at rest
const THIN = 0.9;
const QUICK = 0.45; // how much a CSS pixel per millisecond thins the line

/** @typedef {{x: number, y: number, ms: number}} Spot */

/**
 * Lets the hand write on `canvas`, whose context is scaled to the CSS pixels of its first layout.
 * @param {HTMLCanvasElement} canvas
 * @param {{ink: string, paper: string, width: number}} sheet `width`: of the canvas in these pixels, however wide it is shown later
 * @returns {{clear: () => void, isEmpty: () => boolean, off: () => void}}
 */
export function penOn(canvas, { ink, paper, width }) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const listening = new AbortController();
  let isEmpty = true;
  /** @type {number|null} */
  let hand = null; // the pointer that writes; a second finger or the palm does not
  /** @type {{at: Spot, middle: {x: number, y: number}, width: number}|null} */
  let stroke = null;

  function clear() {
    context.fillStyle = paper;
    context.fillRect(0, 0, canvas.width, canvas.height);
    isEmpty = true;
    stroke = null;
  }

  function down(event) {
    if (hand !== null || event.button > 0) return;
    hand = event.pointerId;
    canvas.setPointerCapture(event.pointerId);
    const at = placeOf(event);
    stroke = { at, middle: at, width: THICK };
    context.fillStyle = ink;
    context.beginPath();
    context.arc(at.x, at.y, THICK / 2, 0, 2 * Math.PI);
    context.fill();
    isEmpty = false;
  }

  function move(event) {
    if (event.pointerId !== hand || !stroke) return;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const one of events.length ? events : [event]) lineTo(stroke, placeOf(one));
  }

  /** From the middle of the last piece to the middle of this one, bent at the point between: no corners. */
  function lineTo(stroke, at) {
    const length = Math.hypot(at.x - stroke.at.x, at.y - stroke.at.y);
    if (length < 0.5) return;
    const speed = length / Math.max(1, at.ms - stroke.at.ms);
    const middle = { x: (at.x + stroke.at.x) / 2, y: (at.y + stroke.at.y) / 2 };
    stroke.width = (2 * stroke.width + Math.max(THIN, THICK / (1 + QUICK * speed))) / 3;
    draw(stroke, middle);
    Object.assign(stroke, { at, middle });
  }

  function draw(stroke, end) {
    Object.assign(context, { strokeStyle: ink, lineWidth: stroke.width, lineCap: "round" });
    context.beginPath();
    context.moveTo(stroke.middle.x, stroke.middle.y);
    context.quadraticCurveTo(stroke.at.x, stroke.at.y, end.x, end.y);
    context.stroke();
  }

  function up(event) {
    if (event.pointerId !== hand) return;
    if (stroke) draw(stroke, stroke.at);
    hand = null;
    stroke = null;
  }

  function placeOf(event) {
    const { left, top, width: shown } = canvas.getBoundingClientRect();
    const larger = width / shown;
    return { x: (event.clientX - left) * larger, y: (event.clientY - top) * larger, ms: event.timeStamp };
  }

  for (const [name, what] of Object.entries({ pointerdown: down, pointermove: move, pointerup: up, pointercancel: up })) {
    canvas.addEventListener(name, what, { signal: listening.signal });
  }
  clear();
  return { clear, isEmpty: () => isEmpty, off: () => listening.abort() };
}
